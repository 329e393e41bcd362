#pragma once
// One run of a scenario, from its text to its report, in the thread that asks. What repeats runs
// (replications, comparisons, sweeps, searches) is built on this.

#include <memory>
#include <string>
#include <vector>

#include "app/rehearsal.h"
#include "scenarios/engine/runner.h"

namespace wavetank::app {

/// What tells one run of a scenario from another.
struct Trial {
  std::vector<std::string> sets;  ///< as --set takes them
  std::uint64_t seed = 0;         ///< wins over a seed in `sets`
  double load_factor = 1;

  /// All of it as overrides.
  std::vector<std::string> overrides() const;
};

/// Runs trials of one scenario one after the other. One belongs to a thread and keeps what its
/// trials can share; several threads may have lanes over the same text, which must outlive them.
class Lane {
 public:
  explicit Lane(const ScenarioText& text);

  /// `options.tables` is the lane's own. With problems, nothing was run. A belief of wavetank's own
  /// that broke is a report with the verdict "error", as from engine::run.
  engine::RunReport run(const Trial& trial, engine::RunOptions options,
                        engine::Problems& problems);
  /// The same with what was read already.
  engine::RunReport run(const Rehearsal& rehearsal, engine::RunOptions options,
                        engine::Problems& problems);

 private:
  const ScenarioText& text_;
  std::shared_ptr<sim::ZipfCache> tables_;
};

}  // namespace wavetank::app
