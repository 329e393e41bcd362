#pragma once
// NodeFault: a fault of whole nodes, done through a control of the world when it begins and undone
// when it ends. `ratio` is the share of the target's nodes, each drawn once.
//
// Fired counts the nodes struck. Touched counts each call to one of them once: those made while the
// fault lasts, task attempts included, and those under way when it began that end meanwhile. So are
// calls that the nodes themselves had under way: a launcher or a driver is called by nobody.

#include "faults/fault.h"
#include "faults/target.h"

namespace wavetank::faults {

class NodeFault : public Fault {
 public:
  void describe(Fields& f) override;
  const char* touched_what() const override { return "calls"; }
  /// Two of one kind on one node would both set the same control.
  bool clashes(const Fault& other) const override;
  std::vector<Obstacle> aim(const World& world) override;
  OpMask ops() const override;

  void begin(World& world) override;
  void end(World& world) override;
  Verdict ask(const Call& call, Moment moment) override;

 protected:
  explicit NodeFault(const char* target) { spec_.target = target; }

  virtual void strike(Controls& controls, NodeId node) = 0;
  virtual void heal(Controls& controls, NodeId node) = 0;

  /// The nodes it strikes, sorted.
  const std::vector<NodeId>& nodes() const { return nodes_; }
  bool has(NodeId node) const;

 private:
  std::vector<NodeId> nodes_;
};

}  // namespace wavetank::faults
