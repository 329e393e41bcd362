#pragma once
// The clock of a live process. A Time counts from the origin of its own run, and what crosses
// processes (messages, rows, histories) counts nanoseconds since 1970. Now never goes back: it is
// the system's clock as it was read once plus what the monotonic clock has counted since. Processes
// of one run share that reading, so that a clock that is set meanwhile parts none from the rest.

#include <cstdint>

#include "system/base/time.h"

namespace wavetank::live {

/// Both clocks of this machine at one moment, in ns.
struct ClockReading {
  std::int64_t wall = 0;    ///< since 1970
  std::int64_t steady = 0;  ///< since the machine was started
  static ClockReading now();
  bool operator==(const ClockReading&) const = default;
};

class LiveClock {
 public:
  /// `origin` is where Time{} stands, in ns since 1970; 0 is now. Now is never before it, even
  /// where the system's clock was set back since.
  explicit LiveClock(std::int64_t origin = 0, ClockReading read = ClockReading::now());

  Time now() const;
  std::int64_t origin() const { return origin_; }
  /// Time{} and time_max mean "none" and "for ever": they cross as 0 and the largest integer.
  std::int64_t to_unix(Time t) const {
    if (t == Time{}) return 0;
    return t == time_max ? t.ns : t.ns + origin_;
  }
  Time from_unix(std::int64_t ns) const {
    if (ns == 0) return Time{};
    return ns == time_max.ns ? time_max : Time{ns - origin_};
  }

 private:
  std::int64_t origin_;
  std::int64_t lead_;  ///< what is added to the monotonic clock to count from the origin
};

}  // namespace wavetank::live
