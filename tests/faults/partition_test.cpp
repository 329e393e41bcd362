#include <doctest/doctest.h>

#include "tests/faults/fault_run.h"

using namespace wavetank;
using namespace wavetank::testing;

TEST_CASE("partition: requests between the sides are lost both ways, others pass") {
  FaultRun run;
  run.add("partition", {{"target", "api->workers"}});
  const Outcome& there = run.call(Op::compute_attempt, at_s(12), "api/0", "workers/0");
  const Outcome& back = run.call(Op::http_callback, at_s(13), "workers/0", "api/1");
  const Outcome& inside = run.call(Op::http_callback, at_s(14), "api/0", "api/1");
  const Outcome& beside = run.call(Op::compute_attempt, at_s(15), "launcher/0", "workers/0");
  const Outcome& after = run.call(Op::compute_attempt, at_s(21), "api/0", "workers/0");
  run.run();
  CHECK(there.failure == Failure::timeout);
  CHECK(back.failure == Failure::timeout);
  CHECK(inside.ok());
  CHECK(after.ok());
  CHECK(beside.ok());
  CHECK(run.effects() == 3);
  CHECK(run.fired() == 2);
  CHECK(run.touched() == 2);
}

TEST_CASE("partition: a service is a side too") {
  FaultRun run;
  run.add("partition", {{"target", "api->database"}});
  const Outcome& lost = run.call(Op::db_get, at_s(12), "api/0", "database");
  const Outcome& other = run.call(Op::db_get, at_s(12), "launcher/0", "database");
  run.run();
  CHECK(lost.failure == Failure::timeout);
  CHECK(other.ok());
}

TEST_CASE("partition: one node against all others, its own work goes on") {
  FaultRun run;
  run.add("partition", {{"target", "workers/1"}});
  const Outcome& out = run.call(Op::objects_put, at_s(12), "workers/1", "objects");
  const Outcome& in = run.call(Op::compute_attempt, at_s(12), "launcher/0", "workers/1");
  const Outcome& own = run.call(Op::dataset_scan, at_s(12), "workers/1", "workers/1");
  const Outcome& other = run.call(Op::objects_put, at_s(12), "workers/2", "objects");
  run.run();
  CHECK(out.failure == Failure::timeout);
  CHECK(in.failure == Failure::timeout);
  CHECK(own.ok());
  CHECK(other.ok());
  CHECK(run.fired() == 2);
}

TEST_CASE("partition: a reply under way when it begins is lost after the effect") {
  FaultRun run;
  run.world.log.service_time = milliseconds(500);
  run.add("partition", {{"target", "api->database"}, {"at", milliseconds(10'100)}});
  const Outcome& call = run.call(Op::db_get, at_s(10), "api/0", "database");
  run.run();
  CHECK(call.failure == Failure::timeout);
  CHECK(run.effects() == 1);
  CHECK(run.fired() == 1);
}
