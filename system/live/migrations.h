#pragma once
// The schema of the pipeline's tables and its history. Each migration is applied once, all that are
// missing in one transaction, under an advisory lock: of several processes that start together one
// does the work and the others find it done.

#include <string>
#include <vector>

#include "system/live/target.h"

namespace wavetank::live {

/// Brings the schema up to this program. Returns what it applied, empty where nothing was missing.
/// Throws PqError; also where the schema is newer than this program.
std::vector<std::string> migrate(const Target& target);

}  // namespace wavetank::live
