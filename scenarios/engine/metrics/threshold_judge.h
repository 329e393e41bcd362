#pragma once
// Judges thresholds while the run goes on: windows as they close, the whole run each minute (so
// that a failure has a beginning), the steady state when the first fault strikes.

#include <string>
#include <vector>

#include "scenarios/engine/metrics/grid.h"
#include "scenarios/engine/metrics/metric_store.h"
#include "scenarios/engine/metrics/threshold.h"
#include "scenarios/engine/run_report.h"

namespace wavetank::engine {

/// Whether the thresholds held between the warm-up and the first fault. Those for another phase
/// than chaos, and those without an observation yet, do not count.
struct SteadyState {
  bool judged = false;  ///< false where nothing lies between
  std::vector<std::string> broken;  ///< "api.latency p(95) < 45ms: 61 ms"
  bool holds() const { return judged && broken.empty(); }
};

class ThresholdJudge {
 public:
  ThresholdJudge(std::vector<Threshold> thresholds, MetricStore& store, const PhaseClock& clock);

  /// The warm-up is over: windows are counted from here.
  void start(Time now);
  /// When the next window closes; time_max where none does.
  Time next() const { return next_; }
  /// Closes the windows that end at `now`, which is next().
  void close_windows(Time now);
  /// Judges what was observed so far, for knowing since when a threshold fails.
  void check(Time now);
  /// Lets thresholds without a window stop the run, if they ask for it. Called once a minute in a
  /// simulated run: what was observed so far should be worth judging.
  void stop_if_failed();
  /// The first fault strikes, or the load ends without one: judges the steady state.
  void end_steady(Time now);
  void finish(Time now);

  /// A threshold with `abort` has failed.
  bool aborted() const { return aborted_; }
  const SteadyState& steady() const { return steady_; }
  std::vector<ThresholdResult> results() const;

 private:
  struct Judged {
    Threshold threshold;
    Watch* watch;
    Time closes = time_max;        ///< end of the window at hand
    std::uint64_t windows = 0;     ///< that closed with observations
    std::uint64_t failed = 0;
    std::optional<double> value;   ///< of the whole so far, or of the worst window
    std::optional<Time> worst_at;  ///< where the worst window began
    std::optional<Time> since;
    bool stopped_run = false;

    bool fails() const;
  };

  void close_window(Judged& judged, Time now);
  void evaluate_whole(Judged& judged, Time now);
  void abort_if_failed(Judged& judged);
  void find_next();

  const PhaseClock& clock_;
  std::vector<Judged> judged_;
  SteadyState steady_;
  std::optional<Time> started_;
  Time next_ = time_max;
  bool steady_over_ = false;
  bool aborted_ = false;
};

}  // namespace wavetank::engine
