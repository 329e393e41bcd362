#pragma once
// A token bucket in exact integers: tokens count billionths, so that elapsed nanoseconds times the
// rate a second is what came in, without rounding and without drift.

#include <cstdint>

#include "system/base/time.h"
#include "system/base/wide.h"

namespace wavetank::sim {

class TokenBucket {
 public:
  /// Starts full: `burst` tokens.
  TokenBucket(std::int64_t rate_per_s, std::int64_t burst, Time now = {});

  /// Takes one token, or answers false. Times must not fall.
  bool take(Time now);
  /// When there will be a token if none is taken before; time_max at a rate of zero.
  Time next(Time now);
  /// From now on; tokens beyond the new burst are lost.
  void set_rate(Time now, std::int64_t rate_per_s, std::int64_t burst);

 private:
  static constexpr std::int64_t one = 1'000'000'000;

  void refill(Time now);

  std::int64_t rate_;
  Int128 burst_;
  Int128 level_;
  Time last_;
};

}  // namespace wavetank::sim
