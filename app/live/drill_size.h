#pragma once
// How much a drill will do: what its target's limits are held against, and what --dry-run tells.

#include <ostream>
#include <vector>

#include "app/live/strike_plan.h"
#include "scenarios/engine/load/load_forecast.h"
#include "system/live/drill/limits.h"

namespace wavetank::app {

struct DrillForecast {
  live::DrillSize size;
  engine::LoadForecast load;  ///< empty where the rate or the time is over the limits already
  double copies = 0;  ///< of submits, which duplicate_delivery sends
  // Our own pipeline, each job done once: what is launched again writes again.
  Bytes inputs{};   ///< in the object store, shared by all jobs
  Bytes outputs{};  ///< in the object store
  Bytes shuffle{};  ///< on its workers' disks
  std::uint64_t processes = 0;  ///< rows, at most; as many in the outbox
  // A platform that is not ours.
  Bytes named{};    ///< of the data that requests name, at most
  double looks_per_s = 0;  ///< at its pages, at most, where no limit makes them wait
};

/// The scenario is at the target's scale. `plans` and `faults`, the scenario's own texts, are those
/// of its faults, by place.
DrillForecast drill_forecast(const engine::Scenario& scenario, const std::vector<FaultPlan>& plans,
                             const std::vector<nlohmann::json>& faults,
                             const live::Target& target);

/// Requests, looks, bytes and rows, a line each.
void tell_forecast(const DrillForecast& forecast, const live::Target& target, std::ostream& out);

}  // namespace wavetank::app
