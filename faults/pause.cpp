// Nodes stand still, as in a long garbage collection or a frozen machine, then go on where they
// were: their leases and sessions may be over without their knowing.

#include "faults/node_fault.h"

namespace wavetank::faults {
namespace {

class Pause final : public NodeFault {
 public:
  Pause() : NodeFault("workers/0") {}
  std::unique_ptr<Fault> clone() const override { return std::make_unique<Pause>(*this); }
  const char* snippet() const override {
    return R"({"fault": "pause", "at": "2m", "for": "20s", "target": "launcher/0"})";
  }
  std::vector<Power> needs() const override { return {Power::pause}; }

 private:
  void strike(Controls& controls, NodeId node) override { controls.pause(node); }
  void heal(Controls& controls, NodeId node) override { controls.resume(node); }
};

}  // namespace

std::unique_ptr<Fault> make_pause() { return std::make_unique<Pause>(); }

}  // namespace wavetank::faults
