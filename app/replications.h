#pragma once
// run --replications: the options, and the runs themselves.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/replicate.h"
#include "app/scenario_options.h"
#include "scenarios/engine/statistics/observables.h"
#include "scenarios/engine/sweep.h"

namespace wavetank::app {

/// What says how many seeds, and which figures matter.
struct ReplicationOptions {
  std::string count_text, precision_text, threads_text;
  std::vector<std::string> metrics;
  std::uint64_t count = 1;  ///< at most so many where there is a precision
  std::size_t threads = 1;
  std::optional<double> precision;  ///< relative half-width

  void declare(Options& options);
  bool understand(Streams& streams);
  bool wanted() const { return !count_text.empty() || !precision_text.empty(); }
  /// " --replications 20 --precision 2%": for the command that repeats it.
  std::string text() const;
};

/// Refuses a name that no run has. Says which was meant.
bool known_figures(const std::vector<std::string>& metrics, const engine::Sample& sample,
                   std::ostream& err);

class Replications {
 public:
  /// All must outlive it.
  Replications(const ScenarioText& text, const ScenarioOptions& scenario,
               const ReplicationOptions& options, const std::string& warm_up_cut)
      : text_(text), scenario_(scenario), options_(options), warm_up_cut_(warm_up_cut) {}

  /// The report of the first seed, with verdict and replications of all. None, with a message,
  /// where something is wrong. `rehearsal` is the scenario as read.
  std::optional<engine::RunReport> run(const Rehearsal& rehearsal, const std::atomic<int>& signal,
                                       bool quiet, Streams& streams);

 private:
  std::vector<std::string> figures(const Rehearsal& rehearsal) const;
  bool settle_warm_up(const ReplicateOptions& options, engine::Problems& problems);
  bool take(engine::RunReport&& report, Streams& streams);
  bool precise() const;
  void conclude(bool whole, int signal);

  const ScenarioText& text_;
  const ScenarioOptions& scenario_;
  const ReplicationOptions& options_;
  const std::string& warm_up_cut_;
  std::vector<std::string> sets_, figures_;
  engine::ReplicationResult result_;
  engine::Sample sample_;
  engine::SweepTally tally_{false};
  WarmUpPilot pilot_;
  std::optional<engine::RunReport> first_;
  bool refused_ = false;
};

}  // namespace wavetank::app
