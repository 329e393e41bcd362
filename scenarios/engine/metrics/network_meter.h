#pragma once
// Turns what happens in a queueing network into metrics of its clients and stations, and into the
// sums by which recovery is judged: a request answered is one that is ready in time.

#include <vector>

#include "scenarios/engine/metrics/age_index.h"
#include "scenarios/engine/metrics/metric_board.h"
#include "system/ports/resources.h"
#include "system/ports/station.h"

namespace wavetank::engine {

class NetworkMeter final : public Observer, public StationObserver {
 public:
  NetworkMeter(MetricBoard& board, const Grid& grid, std::size_t clients);

  void subscribe(History& history);
  void on_event(const Event& event) override;
  void entered(std::uint32_t station) override;
  void left(const Departure& departure) override;

  /// Samples the gauges of this area.
  void sample();
  std::uint64_t open() const { return ages_.count(); }
  std::optional<Duration> oldest(Time now) { return ages_.oldest_age(now); }

 private:
  void sent(const Event& event);
  void done(const Event& event);
  Labels labels(std::int64_t place) const;

  MetricBoard& board_;
  AgeIndex ages_;  ///< of open requests
  std::vector<std::int64_t> open_;  ///< by client
};

}  // namespace wavetank::engine
