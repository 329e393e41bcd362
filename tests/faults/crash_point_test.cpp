#include <doctest/doctest.h>

#include "tests/faults/fault_run.h"

using namespace wavetank;
using namespace wavetank::testing;

namespace {

std::string said(FaultRun& run, const char* verb, const char* node) {
  return std::string(verb) + " " + std::to_string(run.world.node(node).id().value);
}

}  // namespace

TEST_CASE("crash_point: before a step nothing happens, after it everything has") {
  for (const bool before : {true, false}) {
    FaultRun run;
    run.add("crash_point", {{"target", "launcher->queue.publish"},
                            {"moment", std::string(before ? "before" : "after")},
                            {"restart_after", whole_seconds(3)}});
    run.call(Op::queue_publish, at_s(12), "launcher/0", "queue");
    run.run();
    CHECK(run.effects() == (before ? 0 : 1));
    CHECK(run.fired() == 1);
    CHECK(run.world.log.controls == std::vector<std::string>{said(run, "crash", "launcher/0"),
                                                             said(run, "restart", "launcher/0")});
  }
}

TEST_CASE("crash_point: it strikes once, the call that was asked for, of callers in its target") {
  FaultRun run;
  run.add("crash_point", {{"target", "launcher->queue.publish"}, {"nth", std::int64_t{2}}});
  run.call(Op::queue_publish, at_s(11), "api/0", "queue");
  run.call(Op::queue_publish, at_s(12), "launcher/0", "queue");
  run.call(Op::queue_publish, at_s(13), "launcher/0", "queue");
  run.call(Op::queue_publish, at_s(14), "launcher/0", "queue");
  run.run();
  CHECK(run.fired() == 1);
  CHECK(run.effects() == 3);
}

TEST_CASE("crash_point: steps of one verb are told apart") {
  const auto fired = [](const char* step) {
    FaultRun run;
    run.add("crash_point", {{"target", "workers->objects.put"}, {"step", std::string(step)}});
    run.call(Op::objects_put, at_s(12), "workers/0", "objects");
    run.run();
    return run.fired();
  };
  CHECK(fired("part") == 1);
  CHECK(fired("manifest") == 0);
  CHECK(fired("") == 1);
}

TEST_CASE("crash_point: a node that is down when the fault ends comes back then") {
  FaultRun run;
  run.add("crash_point", {{"target", "launcher->queue.publish"}});
  run.call(Op::queue_publish, at_s(12), "launcher/0", "queue");
  run.run();
  CHECK(run.world.log.controls.size() == 2);
  CHECK(run.fault().window().to == at_s(20));
}

TEST_CASE("crash_point: only durable steps can be named") {
  FaultRun run;
  run.add("crash_point", {{"target", "api->cache.get"}});
  const std::vector<std::string> problems = run.start();
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].find("crash_point never strikes \"api->cache.get\"") != std::string::npos);
}
