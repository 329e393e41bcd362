// Processors and local disks of nodes run at a fraction of their speed: a noisy neighbour, thermal
// throttling, a dying disk. The node answers, so nothing takes it out of service.

#include "faults/node_fault.h"

namespace wavetank::faults {
namespace {

class SlowNode final : public NodeFault {
 public:
  SlowNode() : NodeFault("workers/0") {}
  std::unique_ptr<Fault> clone() const override { return std::make_unique<SlowNode>(*this); }
  const char* snippet() const override {
    return R"({"fault": "slow_node", "at": "2m", "for": "10m", "target": "workers/0",)"
           R"( "factor": 5})";
  }

  void describe(Fields& f) override {
    NodeFault::describe(f);
    f.field("factor", factor_, {.help = "How many times slower.", .min = 1});
  }
  std::vector<Power> needs() const override { return {Power::slow_cpu}; }

 private:
  void strike(Controls& controls, NodeId node) override { controls.slow(node, factor_); }
  void heal(Controls& controls, NodeId node) override { controls.slow(node, 1); }

  double factor_ = 5;
};

}  // namespace

std::unique_ptr<Fault> make_slow_node() { return std::make_unique<SlowNode>(); }

}  // namespace wavetank::faults
