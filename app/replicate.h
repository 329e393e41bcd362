#pragma once
// Replications: one scenario, or variants of one, under seed after seed, on threads.

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/trial.h"
#include "reports/sweep_bar.h"
#include "scenarios/engine/statistics/warm_up.h"

namespace wavetank::app {

/// One of the scenarios that are run under every seed. The text must outlive the runs.
struct Variant {
  const ScenarioText* text;
  std::vector<std::string> sets;
  double load_factor = 1;
};

struct ReplicateOptions {
  std::uint64_t first_seed = 0, count = 1;
  std::size_t threads = 1;
  const std::atomic<int>* signal = nullptr;
  std::function<void(const reports::SweepView&)> progress;  ///< may be empty
  bool each_run = false;  ///< progress counts runs, not seeds
};

/// Runs every variant under each seed and hands their reports, in the order of variants, to `take`
/// in the order of seeds, until it answers false. Of all seeds but the first only figures are kept:
/// gantt, chain and settings are empty. What made a scenario unfit to run is in `problems`. False
/// where a signal or a problem ended it.
bool replicate(const std::vector<Variant>& variants, const ReplicateOptions& options,
               const std::function<bool(std::vector<engine::RunReport>&&)>& take,
               engine::Problems& problems);

/// MSER-5 over the series of several runs, up to the first fault or to the end of the load.
class WarmUpPilot {
 public:
  void add(const engine::RunReport& report);
  /// In seconds from the start: the longest cut that any of the series wants. None where one of
  /// them does not become steady, or there is nothing to judge.
  std::optional<double> cut_s() const;

 private:
  struct Track {
    std::string name;
    std::vector<std::vector<double>> runs;
  };
  double step_s_ = 0;
  std::vector<Track> tracks_;
};

}  // namespace wavetank::app
