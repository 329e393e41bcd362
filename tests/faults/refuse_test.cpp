#include <doctest/doctest.h>

#include "tests/faults/fault_run.h"

using namespace wavetank;
using namespace wavetank::testing;

TEST_CASE("refuse: the caller is told at once and nothing happens") {
  FaultRun run;
  run.add("refuse", {{"target", "objects.put"}});
  const Outcome& call = run.call(Op::objects_put, at_s(12), "workers/0", "objects", info_for(1));
  const Outcome& other = run.call(Op::db_get, at_s(12), "api/0", "database", info_for(1));
  run.run();
  CHECK(call.failure == Failure::refused);
  CHECK(call.took == Duration{});
  CHECK(other.ok());
  CHECK(run.world.log.effects == std::vector{Op::db_get});
  CHECK(run.fired() == 1);
  CHECK(run.touched() == 1);
}

TEST_CASE("refuse: attempts first leaves retries alone") {
  FaultRun run;
  run.add("refuse", {{"attempts", "first"}});
  const Outcome& first = run.call(Op::db_get, at_s(12), "api/0", "database", info_for(1, 0));
  const Outcome& retry = run.call(Op::db_get, at_s(13), "api/0", "database", info_for(1, 1));
  run.run();
  CHECK(first.failure == Failure::refused);
  CHECK(retry.ok());
}
