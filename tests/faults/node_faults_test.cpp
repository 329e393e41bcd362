#include <doctest/doctest.h>

#include "tests/faults/fault_run.h"

using namespace wavetank;
using namespace wavetank::testing;

using Said = std::vector<std::string>;

namespace {

Said said_by(const std::string& name, const Settings& settings) {
  FaultRun run;
  run.add(name, settings);
  run.run();
  CHECK(run.fired() == 1);
  return run.world.log.controls;
}

}  // namespace

TEST_CASE("pause, slow_node and clock_skew strike and heal their node") {
  FaultRun names;
  const std::string node = std::to_string(names.world.node("api/1").id().value);
  CHECK(said_by("pause", {{"target", "api/1"}}) == Said{"pause " + node, "resume " + node});
  CHECK(said_by("slow_node", {{"target", "api/1"}, {"factor", 4.0}}) ==
        Said{"slow " + node + " 4.00", "slow " + node + " 1.00"});
  CHECK(said_by("clock_skew", {{"target", "api/1"}, {"by", milliseconds(250)}, {"behind", true}}) ==
        Said{"skew_clock " + node + " -250ms", "skew_clock " + node + " 0ms"});
}

TEST_CASE("slow_node: task attempts on the node are touched, its own work is not") {
  FaultRun run;
  run.add("slow_node", {{"target", "workers/1"}});
  run.call(Op::compute_attempt, at_s(12), "launcher/0", "workers/1");
  run.call(Op::compute_attempt, at_s(13), "launcher/0", "workers/2");
  run.call(Op::dataset_scan, at_s(13), "workers/1", "workers/1");
  run.call(Op::compute_attempt, at_s(21), "launcher/0", "workers/1");
  run.run();
  CHECK(run.touched() == 1);
}

TEST_CASE("memory_pressure: takes memory from the group, touched are spills and OOM kills there") {
  FaultRun run;
  run.add("memory_pressure", {{"take", Ratio{0.75}}});
  run.start();
  const auto note = [&run](EventKind kind, const char* node, std::int64_t value, std::int64_t aux) {
    Event event;
    event.kind = kind;
    event.node = run.world.node(node).id();
    event.value = value;
    event.aux = aux;
    run.world.history().note(event);
  };
  note(EventKind::task_spilled, "workers/0", 1, 0);  // Before the window.
  run.world.loop().run_until(at_s(15));
  note(EventKind::task_spilled, "workers/0", 1, 0);
  note(EventKind::task_spilled, "api/0", 1, 0);  // Not its node.
  note(EventKind::executor_lost, "workers/1", 4, 1);
  note(EventKind::executor_lost, "workers/1", 4, 0);  // Lost, but not to memory.
  run.run();
  CHECK(run.touched() == 5);
  CHECK(run.fired() == 4);
  REQUIRE(run.world.log.controls.size() == 8);
  CHECK(run.world.log.controls[0].ends_with(" 0.25"));
  CHECK(run.world.log.controls[7].ends_with(" 1.00"));
}

TEST_CASE("node faults: a target must name nodes, and one node has one fault of a kind at a time") {
  FaultRun service;
  service.add("pause", {{"target", "objects.put"}});
  CHECK(service.start().size() == 1);

  FaultRun memory;
  memory.add("memory_pressure", {{"target", "api"}});
  CHECK(memory.start().size() == 2);

  FaultRun both;
  both.add("slow_node", {{"target", "workers"}});
  both.add("slow_node", {{"target", "workers/1"}, {"at", whole_seconds(19)}});
  CHECK(both.start().size() == 1);

  FaultRun later;
  later.add("slow_node", {{"target", "workers"}});
  later.add("slow_node", {{"target", "workers/1"}, {"at", whole_seconds(20)}});
  CHECK(later.start().empty());

  FaultRun kinds;
  kinds.add("slow_node", {{"target", "workers"}});
  kinds.add("memory_pressure", {{"target", "workers"}});
  CHECK(kinds.start().empty());
}
