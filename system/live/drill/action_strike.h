#pragma once
// An action that the target's owner defines: programs that do it, undo it, and tell whether any of
// it is left (exit 0: nothing). Run without a shell. {run} and {target} in an argument stand for
// the id of the run and the name of what is struck. Undo must be right any number of times, and
// also where apply was killed half way.

#include <vector>

#include "system/base/time.h"
#include "system/live/drill/strike.h"

namespace wavetank::live {

struct ActionPlace {
  std::string name;
  std::vector<std::string> apply, undo, verify;
  Duration timeout = whole_seconds(30);  ///< of each of the three
};

/// Fills in the placeholders.
std::unique_ptr<Strike> owner_action(ActionPlace action, const std::string& run,
                                     const std::string& target);

std::unique_ptr<Strike> read_action_strike(const nlohmann::json& record);

}  // namespace wavetank::live
