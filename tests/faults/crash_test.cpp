#include <doctest/doctest.h>

#include "tests/faults/fault_run.h"

using namespace wavetank;
using namespace wavetank::testing;

using Said = std::vector<std::string>;

namespace {
std::string worker(FaultRun& run, const char* verb, const char* name) {
  return std::string(verb) + " " + std::to_string(run.world.node(name).id().value);
}
}  // namespace

TEST_CASE("crash: the node comes back when the fault ends") {
  FaultRun run;
  run.add("crash", {{"target", "workers/2"}});
  run.run();
  CHECK(run.world.log.controls ==
        Said{worker(run, "crash", "workers/2"), worker(run, "restart", "workers/2")});
  CHECK(run.fired() == 1);
  CHECK(run.fault().window().to == at_s(20));
}

TEST_CASE("crash: restart_after brings it back once, and what is called later is not touched") {
  FaultRun run;
  run.add("crash", {{"target", "workers/2"}, {"restart_after", whole_seconds(4)}});
  run.call(Op::compute_attempt, at_s(12), "launcher/0", "workers/2");
  run.call(Op::compute_attempt, at_s(12), "launcher/0", "workers/1");
  run.call(Op::compute_attempt, at_s(16), "launcher/0", "workers/2");
  run.run();
  CHECK(run.world.log.controls.size() == 2);
  CHECK(run.touched() == 1);
}

TEST_CASE("crash: calls under way are touched, each once") {
  FaultRun run;
  run.world.log.service_time = milliseconds(500);
  run.add("crash", {{"target", "api/0"}, {"at", milliseconds(12'200)}});
  run.call(Op::http_callback, at_s(12), "workers/0", "api/0");
  run.call(Op::http_callback, at_s(13), "workers/0", "api/0");
  run.run();
  CHECK(run.touched() == 2);
}

TEST_CASE("crash: a ratio strikes a share of a group, and more of it where it is larger") {
  const auto struck = [](double ratio) {
    FaultRun run;
    for (int i = 4; i < 200; ++i) run.world.host("workers/" + std::to_string(i), nullptr);
    run.add("crash", {{"target", "workers"}, {"ratio", Ratio{ratio}}});
    run.run();
    Said nodes = run.world.log.controls;
    std::erase_if(nodes, [](const std::string& said) { return !said.starts_with("crash"); });
    std::sort(nodes.begin(), nodes.end());
    return nodes;
  };
  const Said few = struck(0.1);
  const Said more = struck(0.2);
  CHECK(few.size() > 5);
  CHECK(few.size() < 40);
  CHECK(more.size() > few.size());
  CHECK(std::includes(more.begin(), more.end(), few.begin(), few.end()));
}
