// Workers lose part of their execution memory, so that tasks spill or are killed. Touched are the
// tasks that spill meanwhile and those that die with an executor killed for memory.

#include <algorithm>

#include "faults/node_fault.h"
#include "system/ports/world.h"

namespace wavetank::faults {
namespace {

class MemoryPressure final : public NodeFault {
 public:
  MemoryPressure() : NodeFault("workers") {}
  std::unique_ptr<Fault> clone() const override { return std::make_unique<MemoryPressure>(*this); }
  const char* snippet() const override {
    return R"({"fault": "memory_pressure", "at": "2m", "for": "30m", "target": "workers",)"
           R"( "take": "75%"})";
  }
  const char* touched_what() const override { return "tasks"; }

  void describe(Fields& f) override {
    NodeFault::describe(f);
    f.field("take", take_, {.help = "The share of execution memory that is gone.", .max = 0.99});
  }
  std::vector<Power> needs() const override { return {Power::memory}; }

  std::vector<Obstacle> aim(const World& world) override {
    std::vector<Obstacle> obstacles = NodeFault::aim(world);
    const std::vector<NodeId> workers = world.nodes("workers");
    for (const NodeId node : nodes()) {
      if (std::find(workers.begin(), workers.end(), node) != workers.end()) continue;
      obstacles.push_back(
          {world.name(node) + " has no execution memory", "Only workers have some."});
    }
    return obstacles;
  }

  OpMask ops() const override { return 0; }
  std::vector<EventKind> observes() const override {
    return {EventKind::task_spilled, EventKind::executor_lost};
  }
  void on_event(const Event& event) override {
    if (!active() || !has(event.node)) return;
    if (event.kind == EventKind::task_spilled) ++tally_.touched;
    const bool oom = event.kind == EventKind::executor_lost && event.aux == 1;
    if (oom) tally_.touched += static_cast<std::uint64_t>(event.value);
  }

 private:
  void strike(Controls& controls, NodeId node) override { controls.memory(node, 1 - take_.value); }
  void heal(Controls& controls, NodeId node) override { controls.memory(node, 1); }

  Ratio take_{0.5};
};

}  // namespace

std::unique_ptr<Fault> make_memory_pressure() { return std::make_unique<MemoryPressure>(); }

}  // namespace wavetank::faults
