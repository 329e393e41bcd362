#pragma once
// The target's caps, held against what a drill is about to do.

#include <string>
#include <vector>

#include "system/live/target.h"

namespace wavetank::live {

/// What a drill will do at most, after the target's scale.
struct DrillSize {
  Rate rate{};                  ///< all loads together, at their fastest
  std::int64_t in_flight = 0;
  Bytes bytes{};                ///< that it may create
  Duration duration{};          ///< settling included
  std::int64_t targets = 0;     ///< nodes and links that its faults touch
};

/// Everything that is over, each with both numbers; empty where it fits.
std::vector<std::string> over_limits(const DrillSize& size, const LimitsTarget& limits);

}  // namespace wavetank::live
