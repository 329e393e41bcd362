#pragma once
// One piece of work, asked of an attached platform and followed to its end.

#include <string>
#include <vector>

#include "system/live/target.h"

namespace wavetank::live {

struct Probe {
  std::string run;   ///< what it has left carries this id
  std::string said;  ///< what came of it, in words
  std::vector<std::string> silent;  ///< topics that should tell ours, and in which none was known
};

/// Throws std::runtime_error where it was not accepted, or could not be
/// followed to its end, its callback and its output within `patience`.
Probe probe_attached(const Target& target, Duration patience);

}  // namespace wavetank::live
