#pragma once
// The collector: makes a run's metrics from its history while it runs, in memory that does not grow
// with its length (4 bytes an output, one sample a tick).
//
//   Collector collector(settings, world.resources());
//   collector.subscribe(world.history());
//   ... collector.enter(RunPhase::chaos, now) when the warm-up ends, even at 0; then settle;
//   ... collector.sample(now) each grid().tick, from a task on the root node;
//   collector.finish(now, ending); collector.report(report);

#include <string>
#include <vector>

#include "scenarios/engine/metrics/batch_meter.h"
#include "scenarios/engine/metrics/guard_meter.h"
#include "scenarios/engine/metrics/network_meter.h"
#include "scenarios/engine/metrics/recovery.h"
#include "scenarios/engine/metrics/request_meter.h"
#include "scenarios/engine/metrics/resource_meter.h"
#include "scenarios/engine/metrics/series_recorder.h"
#include "scenarios/engine/metrics/threshold_judge.h"
#include "scenarios/engine/metrics/work_meter.h"

namespace wavetank::engine {

struct CollectorSettings {
  Grid grid;
  std::vector<Threshold> thresholds;
  RecoverySettings recovery;
  std::vector<std::string> fault_names;  ///< in file order, as they are shown
  std::size_t batches = 0;  ///< into which the time from warm-up to `load_ends` is cut; 0 is none
  Duration load_ends{};
  /// How often thresholds without a window may stop the run.
  Duration stop_checks = minutes(1);
  PlaceNames places;                     ///< of a queueing network; empty for a pipeline
};

/// How a run came to its end. Only a complete one is judged for recovery.
enum class Ending : std::uint8_t { complete, cut_short };

class Collector final : public Observer, public CallObserver, private MetricBoard::Crosser {
 public:
  /// `probe` may be null; it must stay until finish().
  Collector(CollectorSettings settings, ResourceProbe* probe);

  /// Of a queueing network it hears `stations`, too.
  void subscribe(History& history, Station* stations = nullptr);
  const Grid& grid() const { return settings_.grid; }

  void enter(RunPhase phase, Time now);
  /// Closes the ticks and windows that have ended. Anything may be asked afterwards.
  void sample(Time now);
  void finish(Time now, Ending ending);

  /// A threshold with `abort` has failed: the run should stop.
  bool aborted() const { return judge_.aborted(); }
  const SteadyState& steady() const { return judge_.steady(); }
  /// No accepted process is unfinished, no request open.
  bool drained() const { return outputs_.unfinished() == 0 && network_.open() == 0; }

  /// Fills metrics, phases, series, resources, jobs and thresholds; of each fault, in file order,
  /// recovery and what was before, during and after; and the recovery of all.
  void report(RunReport& report) const;
  /// A metric under a filter, for whoever needs a figure of it.
  Accumulator collect(Metric metric, const LabelFilter& filter = {}) const {
    return board_.store.collect(metric, filter);
  }
  JobCounts jobs() const;

  void on_event(const Event& event) override;
  void on_call(const Call& call, Duration took) override;

 private:
  void cross(Time now) override;
  void end_tick(Time now);
  void sample_gauges(Time now);
  void keep_sample(Time now);
  void end_minute(Time now);
  void set_next();
  void report_faults(RunReport& report) const;

  CollectorSettings settings_;
  MetricBoard board_;
  ArrivedWork arrived_;
  OutputMeter outputs_;
  NetworkMeter network_;
  RequestMeter requests_;
  WorkMeter work_;
  GuardMeter guard_;
  ResourceMeter resources_;
  SeriesRecorder series_;
  ThresholdJudge judge_;
  BatchMeter batches_;
  RunSamples samples_;
  std::vector<FaultSpan> faults_;
  Time tick_began_{}, step_began_{}, minute_began_{}, checked_{},
      stop_checked_{};
  Time next_tick_;
  Ending ending_ = Ending::cut_short;
};

}  // namespace wavetank::engine
