#pragma once
// A run as named numbers, which replications average and comparisons subtract. Names are those of
// thresholds without their limit: "api.latency{priority=P0} p(99)", "freshness.on_time value".

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/engine/run_report.h"
#include "scenarios/engine/statistics/estimate.h"

namespace wavetank::engine {

struct Observable {
  std::string name, unit;
  double value = 0;
  std::uint64_t observations = 0;  ///< behind a mean or quantile; 0 for counters and ratios
};

/// What the scenario's thresholds are about, in their order, then every metric. A metric of which
/// nothing was observed has no mean and no quantile.
std::vector<Observable> observables(const RunReport& report);

/// "api.latency p(99)" of "api.latency p(99) < 250ms", with single spaces.
std::string observable_of(std::string_view threshold);

/// A quantile's interval is sound from so many observations a run (docs/statistics.md).
inline constexpr std::uint64_t quantile_observations = 20'000;
bool is_quantile(std::string_view observable);

/// The observables of replications, value by value.
class Sample {
 public:
  struct Row {
    std::string name, unit;
    std::vector<double> values;         ///< of the runs in which it was observed, in their order
    std::vector<std::uint64_t> runs;    ///< which these were, from 0
    std::uint64_t observations = 0;     ///< in the run with the fewest
  };

  /// The run's observables, and whatever else was measured of it.
  void add(const RunReport& report, std::span<const Observable> more = {});
  std::uint64_t size() const { return runs_; }
  /// In the order in which they were first observed.
  const std::vector<Row>& rows() const { return rows_; }
  /// Null where it was never observed.
  const Row* find(std::string_view name) const;

 private:
  std::uint64_t runs_ = 0;
  std::vector<Row> rows_;
  std::map<std::string, std::size_t, std::less<>> places_;
};

/// Each row's interval.
std::vector<ReplicatedMetric> replicated(const Sample& sample);

struct Difference {
  std::string name, unit;
  PairedDifference paired;
};
/// Of what both sides observed, over the runs in which both did.
std::vector<Difference> differences(const Sample& a, const Sample& b);

}  // namespace wavetank::engine
