#pragma once
// Durations counted in buckets, as OpenMetrics histograms want them.

#include <algorithm>
#include <array>
#include <cstdint>

#include "system/base/time.h"

namespace wavetank::live {

/// Upper bounds in seconds, eight a decade, and how many fell below each; the last has no bound.
struct LatencyBuckets {
  static constexpr std::array<double, 49> bounds{
      0.0000562, 0.000075, 0.0001, 0.000133, 0.000178, 0.000237, 0.000316, 0.000422, 0.000562,
      0.00075, 0.001, 0.00133, 0.00178, 0.00237, 0.00316, 0.00422, 0.00562, 0.0075, 0.01, 0.0133,
      0.0178, 0.0237, 0.0316, 0.0422, 0.0562, 0.075, 0.1, 0.133, 0.178, 0.237, 0.316, 0.422,
      0.562, 0.75, 1, 1.33, 1.78, 2.37, 3.16, 4.22, 5.62, 7.5, 10, 13.3, 17.8, 23.7, 31.6, 42.2,
      56.2};
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
