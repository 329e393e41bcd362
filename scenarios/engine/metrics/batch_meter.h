#pragma once
// Batch means: one long run between its warm-up and the end of its load, cut into batches of equal
// length; every metric of each, and the interval over batches.

#include <vector>

#include "scenarios/engine/metrics/metric_store.h"
#include "scenarios/engine/statistics/replication_result.h"

namespace wavetank::engine {

class BatchMeter {
 public:
  /// No batches: it does nothing.
  BatchMeter(std::size_t batches, MetricStore& store) : wanted_(batches), store_(store) {}

  /// The warm-up is over at `now`, the load at `end`.
  void start(Time now, Time end);
  /// When the batch at hand ends; time_max where there is none.
  Time next() const { return next_; }
  /// A batch ends. Watches may be shared with thresholds, so all evaluate before any begins anew.
  void evaluate();
  void begin_next();

  /// None where not every batch has ended.
  std::optional<ReplicationResult> result() const;

 private:
  struct Row {
    Watch* watch = nullptr;
    Aggregator aggregator{};
    Histogram::PerMillion quantile = 0;
    const char* name = "";
    std::vector<double> values;
    std::uint64_t observations = ~std::uint64_t{0};  ///< in the batch with the fewest
  };

  std::size_t wanted_, ended_ = 0;
  MetricStore& store_;
  Duration length_{};
  Time began_{}, next_ = time_max;
  std::vector<Row> rows_;
};

}  // namespace wavetank::engine
