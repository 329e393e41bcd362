#pragma once
// What a scenario's faults mean on a platform that is not ours: the load and our callback receiver
// do some, links, signals and the owner's actions others. What the target does not offer cannot be.

#include "app/live/strike_plan.h"

namespace wavetank::app {

/// As plan_faults does for our own pipeline.
std::vector<FaultPlan> plan_attached(const engine::Scenario& scenario,
                                     const std::vector<nlohmann::json>& faults, const World& world,
                                     const live::Target& target);

/// What can be done beyond calls, by signals, actions and the data that the load sends.
std::vector<Power> attached_powers(const live::Target& target);

}  // namespace wavetank::app
