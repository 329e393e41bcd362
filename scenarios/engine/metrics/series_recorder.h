#pragma once
// Draws the series: one value a step and track.

#include <optional>
#include <string>
#include <vector>

#include "scenarios/engine/metrics/grid.h"
#include "scenarios/engine/metrics/metric_board.h"
#include "scenarios/engine/metrics/output_meter.h"
#include "scenarios/engine/metrics/resource_meter.h"
#include "scenarios/engine/run_report.h"

namespace wavetank::engine {

class SeriesRecorder {
 public:
  SeriesRecorder(MetricBoard& board, OutputMeter& outputs, ResourceMeter& resources,
                 bool network = false)
      : board_(board), outputs_(outputs), resources_(resources), network_(network) {}

  /// A tick has ended; its counts are still on the board.
  void end_tick() { step_.add(board_.tick); }
  /// The step that began at `from` has ended. Empties the board's histograms of the step.
  void end_step(Time from, Time now);

  Series series(const Grid& grid) const;

 private:
  void put(const std::string& name, const char* unit, std::optional<double> value);
  void put_load(double s);
  void put_network(double s);
  void put_outcomes(double s);
  void put_utilisation();

  MetricBoard& board_;
  OutputMeter& outputs_;
  ResourceMeter& resources_;
  bool network_;
  TickCounts step_;
  std::size_t steps_ = 0;
  std::size_t next_track_ = 0;
  std::vector<Series::Track> tracks_;
};

}  // namespace wavetank::engine
