// The clocks of nodes are off: deadlines, leases and freshness computed there are wrong by so much.

#include "faults/node_fault.h"

namespace wavetank::faults {
namespace {

class ClockSkew final : public NodeFault {
 public:
  ClockSkew() : NodeFault("api") {}
  std::unique_ptr<Fault> clone() const override { return std::make_unique<ClockSkew>(*this); }
  const char* snippet() const override {
    return R"({"fault": "clock_skew", "at": "2m", "for": "5m", "target": "api/0",)"
           R"( "by": "3s", "behind": true})";
  }

  void describe(Fields& f) override {
    NodeFault::describe(f);
    f.field("by", by_, {.help = "How far the clocks are off."});
    f.field("behind", behind_, {.help = "They show the past instead of the future."});
  }
  std::vector<Power> needs() const override { return {Power::clock_skew}; }

 private:
  void strike(Controls& controls, NodeId node) override {
    controls.skew_clock(node, behind_ ? Duration{} - by_ : by_);
  }
  void heal(Controls& controls, NodeId node) override { controls.skew_clock(node, Duration{}); }

  Duration by_ = whole_seconds(1);
  bool behind_ = false;
};

}  // namespace

std::unique_ptr<Fault> make_clock_skew() { return std::make_unique<ClockSkew>(); }

}  // namespace wavetank::faults
