#include "system/live/live_clock.h"

#include <chrono>

namespace wavetank::live {
namespace {

template <class Clock>
std::int64_t ns_of() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch())
      .count();
}

}  // namespace

LiveClock::LiveClock(std::int64_t origin) : origin_(origin) {
  const std::int64_t wall = ns_of<std::chrono::system_clock>();
  if (origin_ == 0) origin_ = wall;
  lead_ = wall - origin_ - ns_of<std::chrono::steady_clock>();
}

Time LiveClock::now() const {
  return Time{ns_of<std::chrono::steady_clock>() + lead_};
}

}  // namespace wavetank::live
