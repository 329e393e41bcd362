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

struct EndedRuns {
  std::vector<RunFolder> runs;  ///< by name
  bool all = true;              ///< false where one is left out: it still goes, or cannot be read
};

/// What is left out is told, and so is that there is none at all: one bad record keeps nobody from
/// repairing the others.
EndedRuns ended_runs(const std::string& folder, std::ostream& err);

}  // namespace wavetank::app
