#pragma once
// What must hold between the parts of a scenario, as far as it can be said without a world.

#include "scenarios/engine/scenario.h"

namespace wavetank::engine {

/// Checks a scenario that was read from `root`, adding every problem at its place, and fills in
/// what the checks learn: surveys of traces, parsed thresholds, the end of the load.
void check_scenario(Scenario& scenario, const Node& root, Problems& problems);

}  // namespace wavetank::engine
