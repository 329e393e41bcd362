#pragma once
// The token that the control endpoints of a target ask for.

#include <string>

#include "system/live/target.h"

namespace wavetank::app {

/// The target's own, or the one that `wavetank up` keeps in its state folder. Throws
/// std::runtime_error, which never holds it, where it cannot be read.
std::string control_token(const live::Target& target);

/// Where it is read from.
live::Secret control_secret(const live::Target& target);

/// The same; makes one, readable by its owner only, where there is none yet.
std::string make_control_token(const live::Target& target);

/// Where process `node` writes the history of a run.
std::string history_folder(const live::Target& target, const std::string& run);
std::string history_file(const live::Target& target, const std::string& run,
                         const std::string& node);

/// Where the supervisor of a target listens: host:port. Empty where none runs.
std::string supervisor_address(const live::Target& target);

}  // namespace wavetank::app
