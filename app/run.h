#pragma once
// wavetank run, over a choice of platforms.

#include <memory>

#include "app/command.h"
#include "scenarios/engine/scenario.h"

namespace wavetank::app {

/// `known` is what `system.blueprint` may name: tests bring platforms with planted bugs.
std::unique_ptr<Command> make_run(engine::Blueprints known);

/// The same under decisions that run --record wrote: wavetank replay.
std::unique_ptr<Command> make_following_run(engine::Blueprints known);

}  // namespace wavetank::app
