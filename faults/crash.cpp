// Nodes die without a word, with all that runs on them, and come back later.

#include "faults/node_fault.h"
#include "system/ports/world.h"

namespace wavetank::faults {
namespace {

class Crash final : public NodeFault {
 public:
  Crash() : NodeFault("workers/0") {}
  std::unique_ptr<Fault> clone() const override { return std::make_unique<Crash>(*this); }
  const char* snippet() const override {
    return R"({"fault": "crash", "at": "2m", "for": "1m", "target": "workers/0",)"
           R"( "restart_after": "20s"})";
  }

  void describe(Fields& f) override {
    NodeFault::describe(f);
    f.field("restart_after", restart_after_,
            {.help = "When the nodes come back; left out, when the fault ends."});
  }

  std::vector<Power> needs() const override { return {Power::crash}; }

  void begin(World& world) override {
    NodeFault::begin(world);
    down_ = true;
    if (restart_after_ > Duration{}) spawn(restart(world));
  }
  void end(World& world) override {
    if (down_) NodeFault::end(world);
    down_ = false;
  }
  Verdict ask(const Call& call, Moment moment) override {
    return down_ ? NodeFault::ask(call, moment) : Verdict::pass();
  }

 private:
  void strike(Controls& controls, NodeId node) override { controls.crash(node); }
  void heal(Controls& controls, NodeId node) override { controls.restart(node); }

  Task<void> restart(World& world) {
    Loop& loop = world.loop();
    co_await sleep(loop, restart_after_);
    end(world);
  }

  Duration restart_after_{};
  bool down_ = false;
};

}  // namespace

std::unique_ptr<Fault> make_crash() { return std::make_unique<Crash>(); }

}  // namespace wavetank::faults
