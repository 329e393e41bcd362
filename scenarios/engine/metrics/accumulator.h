#pragma once
// An accumulator: what one metric observed over some labels and some time, and what an aggregator
// makes of it.

#include <cstdint>
#include <optional>

#include "scenarios/engine/metrics/histogram.h"
#include "scenarios/engine/metrics/metric_registry.h"
#include "system/base/time.h"

namespace wavetank::engine {

/// A counter has its total in `a`; a ratio divides `a` by `b`; a gauge has its last sample in `a`
/// and the number of samples in `b`.
struct Tally {
  std::int64_t a = 0;
  std::int64_t b = 0;
};

enum class Aggregator : std::uint8_t { avg, min, max, med, p, count, rate, value };

/// Whether an aggregator has a meaning for a kind of metric.
///   histogram  avg min max med p(N), count: observations, rate: observations a second
///   counter    count and value: the total, rate: the total a second
///   gauge      value: the last sample; avg min max med p(N) over the samples
///   ratio      value and rate: the ratio; count: its numerator
bool fits(Aggregator aggregator, MetricKind kind);

struct Accumulator {
  Histogram histogram;  ///< of a histogram's observations or a gauge's samples
  Tally tally;

  void merge(const Accumulator& other);
  void clear();

  /// In the metric's unit; a rate is per second. None where nothing was observed, except that
  /// counts and totals are 0. `q` is for Aggregator::p, `elapsed` for rates.
  std::optional<double> evaluate(const MetricInfo& metric, Aggregator aggregator,
                                 Histogram::PerMillion q, Duration elapsed) const;

 private:
  std::optional<double> evaluate_samples(const MetricInfo& metric, Aggregator aggregator,
                                         Histogram::PerMillion q) const;
};

}  // namespace wavetank::engine
