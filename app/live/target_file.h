#pragma once
// A target file, read as strictly as a scenario: all problems at once, each with its place.

#include <optional>
#include <string>
#include <vector>

#include "scenarios/engine/text/problem.h"
#include "system/live/target.h"

namespace wavetank::app {

/// Paths in it are relative to its own folder, and absolute in what is returned; `state` defaults
/// to the folder NAME-state beside it. None where anything is wrong. `sets` are `path=value`.
std::optional<live::Target> read_target(const std::string& path,
                                        const std::vector<std::string>& sets,
                                        engine::Problems& problems);

/// The JSON Schema of a target file.
std::string target_schema();

/// The nodes of the pipeline under `settings` that the target names no process for.
std::vector<std::string> missing_processes(const live::Target& target,
                                           const std::vector<std::string>& nodes);

}  // namespace wavetank::app
