#pragma once
// Circuit breaker: after `fail_max` failures in a row calls are refused at once for `reset`; then
// one trial decides (Nygard, Release It!; counts and names as in pybreaker). Calls sent before it
// opened decide nothing: their answers are old news.

#include <cstdint>

#include "system/base/fields.h"
#include "system/base/time.h"

namespace wavetank::service {

struct BreakerSettings {
  bool enabled = true;
  std::int64_t fail_max = 5;
  Duration reset = whole_seconds(60);

  void describe(Fields& f);
  void disarm() { enabled = false; }
};

class Breaker {
 public:
  enum class Change : std::uint8_t { none, opened, closed };
  /// How a call may go out: not at all, as any other, or as the one that decides.
  enum class Pass : std::uint8_t { refused, ordinary, trial };

  explicit Breaker(const BreakerSettings& settings) : settings_(settings) {}

  /// Asked before a call goes out. After `reset` lets one trial through.
  Pass allow(Time now);
  /// Says how a call ended that went out with `pass`.
  Change succeeded(Pass pass, Time now);
  Change failed(Pass pass, Time now);
  bool open() const { return open_; }
  Duration last_open() const { return last_open_; }

 private:
  BreakerSettings settings_;
  std::int64_t failures_ = 0;
  bool open_ = false;
  bool trial_ = false;
  Time opened_{};
  Time trial_at_{};
  Duration last_open_{};
};

}  // namespace wavetank::service
