#include "system/live/live_clock.h"

#include <algorithm>
#include <chrono>

namespace wavetank::live {
namespace {

template <class Clock>
std::int64_t ns_of() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch())
      .count();
}

}  // namespace

ClockReading ClockReading::now() {
  return {ns_of<std::chrono::system_clock>(), ns_of<std::chrono::steady_clock>()};
}

LiveClock::LiveClock(std::int64_t origin, ClockReading read) : origin_(origin) {
  const std::int64_t steady = ns_of<std::chrono::steady_clock>();
  if (origin_ == 0) origin_ = read.wall + steady - read.steady;
  // Time{} means none, so the first moment is the one after it.
  lead_ = std::max(read.wall - origin_ - read.steady, 1 - steady);
}

Time LiveClock::now() const {
  return Time{ns_of<std::chrono::steady_clock>() + lead_};
}

}  // namespace wavetank::live
