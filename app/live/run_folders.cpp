#include "app/live/run_folders.h"

#include <algorithm>

#include "system/live/drill/run_hold.h"

namespace wavetank::app {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> recorded(const fs::path& folder) {
  std::error_code error;
  if (fs::exists(live::undo_file(folder), error)) return {folder};
  std::vector<fs::path> all;
  for (fs::directory_iterator one(folder, error), end; !error && one != end;
       one.increment(error)) {
    std::error_code unreadable;
    if (fs::exists(live::undo_file(one->path()), unreadable)) all.push_back(one->path());
  }
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace

EndedRuns ended_runs(const std::string& folder, std::ostream& err) {
  EndedRuns ended;
  for (const fs::path& path : recorded(folder)) {
    if (const auto holder = live::run_holder(path)) {
      err << "wavetank: the run of " << path.string() << " is still going (" << *holder
          << "). Stop it first: Ctrl-C, or wavetank halt.\n";
      ended.all = false;
      continue;
    }
    auto run = live::read_undo_record(path);
    if (!run) {
      err << "wavetank: " << run.why() << '\n';
      ended.all = false;
      continue;
    }
    ended.runs.push_back({path, std::move(*run)});
  }
  if (ended.runs.empty() && ended.all) {
    err << "wavetank: no live run has left its undo record in " << folder << '\n';
  }
  return ended;
}

}  // namespace wavetank::app
