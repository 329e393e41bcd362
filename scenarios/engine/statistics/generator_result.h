#pragma once
// How well a live run's load was offered, as plain data: part of RunReport.

#include <cstdint>
#include <optional>

namespace wavetank::engine {

/// How a live run's load was offered. Lags are of first sends behind their plan, in seconds.
struct GeneratorResult {
  std::uint64_t planned = 0, sent = 0;
  double offered_per_s = 0, sent_per_s = 0, achieved_per_s = 0;
  double ratio = 0;  ///< sent of what was planned
  double lag_p50 = 0, lag_p99 = 0, lag_p999 = 0, lag_max = 0;
  double cpu = 0;    ///< of one core, by the generator itself
  /// Share of all cores of the generator's machine that was busy, whoever used them, after the
  /// warm-up and while the load was offered.
  std::optional<double> machine_busy;
};

}  // namespace wavetank::engine
