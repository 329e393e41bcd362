#pragma once
// What a run used of what a world holds, and what the owner of a platform measures of it.

#include <optional>
#include <string>

namespace wavetank::engine {

struct ResourceResult {
  std::string name;
  double peak = 0, mean = 0;  ///< utilisation of the busiest minute and of the run
  double at = 0;
  std::optional<double> wait_p99;
  std::string cause, unit = "ratio";
};

/// A figure that was read while a live run lasted.
struct ReadingResult {
  std::string name;
  std::string unit;  ///< 1, s, bytes, ratio, 1/s
  std::optional<double> least, mean, most;  ///< none where it was never known
  double unknown_s = 0;                     ///< how much of the run it was not
};

}  // namespace wavetank::engine
