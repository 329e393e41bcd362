#pragma once
// A threshold: k6's grammar with units and labels.
//
//   metric[{label=value, ...}] aggregator comparison limit
//   api.latency{priority=P0, phase=settle} p(99) < 250ms
//   freshness.on_time value > 99%       retries.amplification value < 1.5
//
// Aggregators: avg min max med p(N) count rate value; which of them a kind of metric has stands in
// accumulator.h. Comparisons: < <= > >= == !=. The limit is written in the metric's unit: durations
// (45ms), sizes (2GB), percentages (99%) or plain numbers (10k); a rate a second as 5/s or 10MB/s.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "scenarios/engine/metrics/accumulator.h"

namespace wavetank::engine {

enum class Comparison : std::uint8_t { less, less_equal, greater, greater_equal, equal, not_equal };

struct Threshold {
  std::string text;  ///< as the user wrote it
  const MetricInfo* metric = nullptr;
  LabelFilter filter;
  Aggregator aggregator = Aggregator::value;
  Histogram::PerMillion quantile = 0;  ///< of p(N)
  Comparison comparison = Comparison::less;
  double limit = 0;  ///< in the metric's unit

  /// Where set, every full window of this length must hold; those without observations do not
  /// count. Set by whoever reads the scenario, as is `abort`.
  std::optional<Duration> window;
  /// The run stops as soon as the threshold fails.
  bool abort = false;

  bool holds(double value) const;
  /// A value of this threshold as people read it.
  std::string human(double value) const;
};

/// A threshold, or what is wrong with it: `at` is the place in the text, from 0.
struct ParsedThreshold {
  std::optional<Threshold> value;
  std::size_t at = 0;
  std::string what;
  std::string hint;
};

/// `places` are what the labels station and client may name.
ParsedThreshold parse_threshold(std::string_view text, const PlaceNames& places = {});

}  // namespace wavetank::engine
