#include <doctest/doctest.h>

#include "tests/faults/fault_run.h"

using namespace wavetank;
using namespace wavetank::testing;

TEST_CASE("lost_reply: the effect happens and the caller times out") {
  FaultRun run;
  run.add("lost_reply");
  const Outcome& call = run.call(Op::http_callback, at_s(12), "workers/0", "callbacks/0");
  run.run();
  CHECK(call.failure == Failure::timeout);
  CHECK(call.took == whole_seconds(1));
  CHECK(run.effects() == 1);
  CHECK(run.fired() == 1);
  CHECK(run.touched() == 1);
}

TEST_CASE("lost_reply: a reply that nobody waits for is no strike") {
  FaultRun run;
  run.world.log.service_time = whole_seconds(3);
  run.add("lost_reply");
  run.call(Op::http_callback, at_s(12), "workers/0", "callbacks/0");
  run.run();
  CHECK(run.effects() == 1);
  CHECK(run.fired() == 0);
}

TEST_CASE("lost_reply: a request sent before the window loses a reply inside it") {
  FaultRun run;
  run.world.log.service_time = milliseconds(500);
  run.add("lost_reply", {{"at", milliseconds(10'200)}});
  const Outcome& call = run.call(Op::http_callback, at_s(10), "workers/0", "callbacks/0");
  run.run();
  CHECK(call.failure == Failure::timeout);
  CHECK(run.fired() == 1);
}
