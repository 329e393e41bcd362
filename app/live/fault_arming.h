#pragma once
// FaultArming: makes the faults that a control endpoint arms in this process. What strikes is the
// scenario's own fault, at this process's gate and controls.

#include <memory>
#include <vector>

#include "faults/fault_set.h"
#include "system/live/gate_control.h"

namespace wavetank::app {

class FaultArming {
 public:
  /// The world is wired; it must outlive this, and this every fault that it arms.
  explicit FaultArming(World& world) : world_(world) {}

  /// Begins the fault at once. Null, and `problem` says why, where this process cannot.
  std::unique_ptr<live::ArmedFault> arm(const live::ArmOrder& order, std::string& problem);

 private:
  class Armed;
  World& world_;
  std::vector<std::unique_ptr<faults::FaultSet>> ended_;  ///< the history still knows them
};

}  // namespace wavetank::app
