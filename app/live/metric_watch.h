#pragma once
// MetricWatch: reads the figures that an attached target names, once a second while its load runs,
// and stops the run where one is as its owner says that it must not be. A figure that nobody tells
// leaves a gap; one that is to stop the run may not be unknown for long.

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "app/live/every_second.h"
#include "system/live/live_clock.h"
#include "system/live/metric_reading.h"
#include "system/live/target.h"

namespace wavetank::app {

struct MetricPoint {
  Time at{};
  double value = 0;
};

/// What was read of one metric, in the order of time.
struct MetricReadings {
  live::MetricTarget of;
  std::vector<MetricPoint> points;
};

/// Whether a metric stops the run: by what was read of it so far.
class MetricGuard {
 public:
  explicit MetricGuard(const live::MetricTarget& of, Time from);
  /// None is an answer that there was none. Why the run must end, if it must.
  std::optional<std::string> read(Time now, std::optional<double> value);

 private:
  const live::MetricTarget of_;
  const std::optional<live::MetricBound> bound_;
  Time known_;                 ///< when it was last told
  std::optional<Time> since_;  ///< from when on it was out of bounds
};

/// Rules that nobody could tell at the end of a load any more, in words: nobody knows whether they
/// held.
std::vector<std::string> untold_rules(const std::vector<MetricReadings>& all, Time begin, Time end);

class MetricWatch {
 public:
  /// `stop` is called once at most, on a thread of its own. `target` and `clock` outlive it.
  MetricWatch(const live::Target& target, const live::LiveClock& clock,
              std::function<void(const std::string& why)> stop);
  /// Ends it. What was read, in the order of the target.
  std::vector<MetricReadings> taken();

 private:
  struct Followed {
    MetricReadings readings;
    MetricGuard guard;
    std::optional<MetricPoint> total;  ///< of what grows, as it was read last
  };
  void add(const live::MetricTarget& metric);
  void look_at_page(const std::string& url, const std::vector<std::size_t>& which);
  void keep(std::size_t which, const live::MetricAnswer& answer);

  const live::Target& target_;
  const live::LiveClock& clock_;
  const std::function<void(const std::string&)> stop_;
  std::mutex mutex_;
  bool said_ = false;
  std::vector<Followed> all_;  ///< as many as the target has
  EverySecond looks_;          // last: it uses the others
};

/// What stands in the way of a run, asked once: a metric that is to stop it and is not known, or is
/// out of bounds already.
std::vector<std::string> unfit_metrics(const live::Target& target);

}  // namespace wavetank::app
