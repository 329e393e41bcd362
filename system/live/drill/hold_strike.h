#pragma once
// A process of ours that is killed and kept down, by its own supervisor (see wavetank up). The
// supervisor starts it again when the lease lapses, so nothing of it outlives a run for long.

#include <memory>
#include <string>

#include "system/base/time.h"
#include "system/live/drill/control_call.h"
#include "system/live/drill/strike.h"

namespace wavetank::live {

struct HeldProcess {
  std::string process;      ///< the node, as the supervisor names it
  ControlPlace supervisor;
  Duration lease = whole_seconds(10);
  /// It asks for that itself where it meets a crash point: nothing is done to it but what follows.
  bool by_itself = false;
  /// How long it then stays down; 0: until this is undone. It is held a lease at a time, but one
  /// that dies by itself asks for all of it.
  Duration down{};
};

std::unique_ptr<Strike> held_process(HeldProcess process);
std::unique_ptr<Strike> read_hold_strike(const nlohmann::json& record);

}  // namespace wavetank::live
