#pragma once
// The settings that a platform's processes run with: the `system` of a scenario, or the defaults.

#include <memory>
#include <string>
#include <vector>

#include "scenarios/engine/scenario.h"
#include "system/live/dataset/file_dataset.h"

namespace wavetank::app {

/// What the processes of a platform are made of.
struct Platform {
  std::unique_ptr<service::Blueprint> blueprint;
  live::WorkShape work;
};

/// What the settings of a scenario say of rows and workers.
live::WorkShape work_shape(const engine::Scenario& scenario);

/// The platform of the scenario at `path` under `sets`; of an empty path the pipeline's defaults.
/// Without a blueprint, with problems, where that cannot be read.
Platform platform_of(const std::string& path, const std::vector<std::string>& sets,
                     engine::Problems& problems);

/// A scenario file's text that holds the `system` of the one at `path` under `sets`, and nothing
/// else: what the processes of a run are started with.
std::string system_text(const std::string& path, const std::vector<std::string>& sets,
                        engine::Problems& problems);

}  // namespace wavetank::app
