#pragma once
// Durations counted in buckets, as OpenMetrics histograms want them.

#include <algorithm>
#include <array>
#include <cstdint>

#include "system/base/time.h"

namespace wavetank::live {

/// Upper bounds in seconds, and how many fell below each; the last has no bound.
struct LatencyBuckets {
  static constexpr std::array<double, 17> bounds{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005,
                                                 0.01,   0.025,   0.05,   0.1,   0.25,   0.5,
                                                 1,      2.5,     5,      10,    60};
  std::array<std::uint64_t, bounds.size() + 1> counts{};
  std::uint64_t count = 0;
  std::int64_t sum_ns = 0;

  void add(Duration took) {
    const auto at = std::lower_bound(bounds.begin(), bounds.end(), seconds(took));
    ++counts[static_cast<std::size_t>(at - bounds.begin())];
    ++count;
    sum_ns += took.ns;
  }
};

}  // namespace wavetank::live
