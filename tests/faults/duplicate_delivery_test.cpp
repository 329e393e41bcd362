#include <doctest/doctest.h>

#include "tests/faults/fault_run.h"

using namespace wavetank;
using namespace wavetank::testing;

TEST_CASE("duplicate_delivery: the effect happens twice and the caller hears of one") {
  FaultRun run;
  run.add("duplicate_delivery", {{"by", milliseconds(50)}});
  const Outcome& call = run.call(Op::queue_publish, at_s(12), "api/0", "queue", info_for(3));
  const Outcome& read = run.call(Op::db_get, at_s(12), "api/0", "database", info_for(3));
  run.run();
  CHECK(call.ok());
  CHECK(call.took == milliseconds(10));
  CHECK(read.ok());
  CHECK(run.world.log.effects == std::vector{Op::queue_publish, Op::db_get, Op::queue_publish});
  CHECK(run.fired() == 1);
  CHECK(run.touched() == 1);
}

TEST_CASE("duplicate_delivery: callbacks, where they are the target") {
  FaultRun run;
  run.add("duplicate_delivery", {{"target", "callbacks"}});
  run.call(Op::queue_publish, at_s(12), "api/0", "queue", info_for(3));
  run.call(Op::http_callback, at_s(13), "workers/0", "callbacks/0", info_for(3));
  run.run();
  CHECK(run.effects() == 3);
  CHECK(run.fired() == 1);
}

TEST_CASE("duplicate_delivery: one partition of a topic") {
  FaultRun run;
  run.add("duplicate_delivery", {{"target", "topic/3"}});
  run.call(Op::queue_publish, at_s(12), "api/0", "queue", info_for(3));
  run.call(Op::queue_publish, at_s(12), "api/0", "queue", info_for(4));
  run.run();
  CHECK(run.effects() == 3);
  CHECK(run.fired() == 1);
}

TEST_CASE("duplicate_delivery: a copy is not struck by other faults") {
  FaultRun run;
  run.add("duplicate_delivery");
  run.add("lost_reply", {{"target", "queue"}});
  run.call(Op::queue_publish, at_s(12), "api/0", "queue", info_for(3));
  run.run();
  CHECK(run.effects() == 2);
  CHECK(run.fired(1) == 1);
}
