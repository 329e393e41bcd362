// Which runs below a folder `undo` and `clean` go over.

#include "app/live/run_folders.h"

#include <doctest/doctest.h>

#include <sstream>

#include "system/live/drill/run_hold.h"
#include "tests/live/drill_folder.h"

using namespace wavetank;
using namespace wavetank::app;

namespace {

void record(const std::filesystem::path& folder) {
  REQUIRE(live::UndoRecord::create(folder, {folder.filename().string(), "t.json"}));
}

std::vector<std::string> names(const EndedRuns& ended) {
  std::vector<std::string> all;
  for (const RunFolder& one : ended.runs) all.push_back(one.run.run);
  return all;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("run folders: all that have ended, by name, or the one that is named itself") {
  const live::DrillFolder folder;
  for (const char* name : {"r2", "r1", "r3"}) record(folder.path() / name);
  std::filesystem::create_directory(folder.path() / "a");
  std::ostringstream err;
  const EndedRuns all = ended_runs(folder.path().string(), err);
  CHECK(all.all);
  CHECK(names(all) == Names{"r1", "r2", "r3"});
  CHECK(names(ended_runs(folder.file("r2"), err)) == Names{"r2"});
  CHECK(err.str().empty());
}

TEST_CASE("run folders: one that cannot be read or still goes is told, and the others are there") {
  const live::DrillFolder folder;
  for (const char* name : {"r1", "r2", "r4"}) record(folder.path() / name);
  std::filesystem::create_directory(folder.path() / "r0");
  folder.write("r0/undo.jsonl", "");
  const auto hold = live::RunHold::take(folder.path() / "r2");
  REQUIRE(hold);
  std::ostringstream err;
  const EndedRuns ended = ended_runs(folder.path().string(), err);
  CHECK(!ended.all);
  CHECK(names(ended) == Names{"r1", "r4"});
  CHECK(err.str().find("r0/undo.jsonl is no undo record") != std::string::npos);
  CHECK(err.str().find("r2 is still going") != std::string::npos);
}

TEST_CASE("run folders: where there is none it is said, and once only what is wrong") {
  const live::DrillFolder folder;
  std::ostringstream err;
  const EndedRuns none = ended_runs(folder.path().string(), err);
  CHECK(none.runs.empty());
  CHECK(err.str().find("no live run has left its undo record") != std::string::npos);
  err.str("");
  folder.write("undo.jsonl", "");
  const EndedRuns bad = ended_runs(folder.path().string(), err);
  CHECK(bad.runs.empty());
  CHECK(!bad.all);
  CHECK(err.str().find("is no undo record") != std::string::npos);
  CHECK(err.str().find("no live run") == std::string::npos);
}
