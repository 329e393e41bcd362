#pragma once
// A fault that is armed inside one of our own processes, through its control endpoint. The process
// disarms it by itself when the lease lapses, so nothing of it outlives a run for long.

#include <nlohmann/json.hpp>

#include "system/live/drill/control_call.h"
#include "system/live/drill/strike.h"

namespace wavetank::live {

struct GateFault {
  std::string process;   ///< the node, for messages
  ControlPlace at;       ///< its control endpoint
  std::string id;        ///< of the fault at this process; carries the run's
  std::size_t order = 0; ///< its place in the scenario
  nlohmann::json fault;  ///< as a scenario writes it
  Duration lease = whole_seconds(10);
};

/// A process that nobody reaches, as it has crashed, has nothing armed: that is undone. Renewing
/// arms it again in one that was started anew, unless the one before it died of this very fault.
std::unique_ptr<Strike> gate_fault(GateFault fault);

std::unique_ptr<Strike> read_gate_strike(const nlohmann::json& record);

/// How often it fired and what it touched, as the process tells: {"fired": n, "touched": n}.
Answer<nlohmann::json> gate_tally(const GateFault& fault);

}  // namespace wavetank::live
