#pragma once
// The folders of live runs below what a user names: DIR itself, or the runs in it.

#include <filesystem>
#include <ostream>
#include <vector>

#include "system/live/drill/undo_record.h"

namespace wavetank::app {

struct RunFolder {
  std::filesystem::path path;
  live::RecordedRun run;
};

/// By name. Empty, with a message, where there is no record, one cannot be read, or its run is
/// still going.
std::vector<RunFolder> ended_runs(const std::string& folder, std::ostream& err);

}  // namespace wavetank::app
