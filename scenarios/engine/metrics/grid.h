#pragma once
// The grid of time on which gauges are sampled and series are drawn, and the phases of a run.

#include <array>
#include <optional>
#include <vector>

#include "scenarios/engine/metrics/metric_registry.h"
#include "scenarios/engine/run_report.h"
#include "system/base/time.h"

namespace wavetank::engine {

/// A tick is the sampling interval, at most a minute; a step is a point of the series, one tick or
/// more.
struct Grid {
  Duration tick = whole_seconds(1);
  Duration step = whole_seconds(1);

  /// The finest grid that needs at most 2,400 steps for `horizon`, so that a day that may take half
  /// a day more to settle is still drawn minute by minute.
  static Grid over(Duration horizon);
};

/// When which phase began.
class PhaseClock {
 public:
  RunPhase phase() const { return phase_; }
  void enter(RunPhase phase, Time now);
  /// Time spent up to `now` in the phase that a filter names; without one, since the warm-up ended.
  Duration elapsed(std::optional<RunPhase> phase, Time now) const;
  /// Whether [from, to) lies in that phase.
  bool covers(std::optional<RunPhase> phase, Time from, Time to) const;
  std::optional<Time> began(RunPhase phase) const {
    return began_[static_cast<std::size_t>(phase)];
  }
  std::vector<Phase> phases(Time end) const;

 private:
  Time ended(std::size_t phase, Time otherwise) const;

  RunPhase phase_ = RunPhase::warm_up;
  std::array<std::optional<Time>, phase_count> began_{Time{}, std::nullopt, std::nullopt};
};

}  // namespace wavetank::engine
