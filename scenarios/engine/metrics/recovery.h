#pragma once
// Will it recover by itself? Judged for each fault from the samples of the run's ticks: how long
// after its end errors, on-time goodput and the age of the oldest unfinished work are back within
// `tolerance` of the level before it, and stay there for `hold`.
//
// "stuck" is a metastable failure: the trigger is gone, the damage stays (Bronson et al.,
// HotOS'21); so it is where errors or goodput came back only because the load had ended. Goodput
// is what became ready in time against what was offered, so that a load that varies is not taken
// for a loss. For traces errors and the age of work count only.

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "scenarios/engine/run_report.h"
#include "system/base/time.h"

namespace wavetank::engine {

struct TickSample {
  std::uint32_t first_sends = 0, submits = 0, answered = 0, errors = 0, on_time = 0, missed = 0;
  std::optional<Duration> oldest;  ///< unfinished work, at the tick's end
  /// Freshness of what became ready: (bucket of Histogram, count), ascending.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> freshness;
};

struct RecoverySettings {
  double tolerance = 0.2;
  Duration hold = minutes(1);
  std::optional<Duration> within;  ///< later than this is slow
  bool trace = false;
};

struct RunSamples {
  Duration tick = whole_seconds(1);
  std::vector<TickSample> ticks;  ///< the k-th covers [k tick, (k + 1) tick)
  Time warm_up_end{};
  Time end{};            ///< of the settle phase
  bool drained = false;  ///< nothing was left undone at the end
};

struct FaultSpan {
  Time from{};
  Time to = time_max;  ///< time_max where the run ended first
};

/// Of the fault `which`; the others tell where the level before it can be read.
Recovery judge_recovery(const RunSamples& run, const std::vector<FaultSpan>& faults,
                        std::size_t which, const RecoverySettings& settings);

/// The worst of all, with the longest time: stuck, then slow, then recovers, then none.
Recovery worst_of(const std::vector<Recovery>& recoveries);

/// How things were from `from` to `to`, by when they happened: an output counts when it became
/// ready, or overdue.
Around around(const RunSamples& run, Time from, Time to);

/// The interval before a fault from which its level is read: at most ten minutes or as long as the
/// fault, after the warm-up and, if there is time enough, after the fault before it.
std::pair<Time, Time> before_fault(const RunSamples& run, const std::vector<FaultSpan>& faults,
                                   std::size_t which);

}  // namespace wavetank::engine
