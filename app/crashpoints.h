#pragma once
// wavetank crashpoints, over a choice of platforms.

#include <memory>

#include "app/command.h"
#include "scenarios/engine/scenario.h"

namespace wavetank::app {

/// `known` is what `system.blueprint` may name: tests bring platforms with planted bugs.
std::unique_ptr<Command> make_crashpoints(engine::Blueprints known);

}  // namespace wavetank::app
