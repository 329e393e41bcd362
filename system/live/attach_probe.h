#pragma once
// One piece of work, asked of an attached platform and followed to its end.

#include <string>

#include "system/live/attach_check.h"

namespace wavetank::live {

/// What came of it, in words. Throws std::runtime_error where it was not accepted, or could not be
/// followed to its end, its callback and its output in time, or was stopped.
std::string probe_attached(const Target& target, const AttachCheckOptions& options);

}  // namespace wavetank::live
