#pragma once
// What a fault means at a link that runs through Toxiproxy: everybody who calls the service takes
// it, so the service alone is named.

#include <nlohmann/json.hpp>
#include <string>

#include "app/live/strike_plan.h"

namespace wavetank::app {

/// The service that a fault's target names: the right side of "api->database", or all of a target
/// without an arrow; of a verb its service.
std::string service_of(const std::string& target);
/// The link to it. Null where the target has none.
const live::LinkTarget* link_to(const live::Target& target, const std::string& service);

/// Adds the strikes at the link that `fault` names to `plan`, or says there why it cannot be.
/// `text` is the fault as the scenario writes it.
void plan_link(const faults::Fault& fault, const nlohmann::json& text, const live::Target& target,
               FaultPlan& plan);

}  // namespace wavetank::app
