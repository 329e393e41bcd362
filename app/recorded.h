#pragma once
// Recordings of decisions, as replay takes them.

#include <string>

#include "scenarios/engine/decisions/decision_list.h"

namespace wavetank::app {

/// Reads what run --record wrote. What is wrong with it, or that it is not there, is a problem.
engine::DecisionList read_recording(const std::string& path, engine::Problems& problems);

}  // namespace wavetank::app
