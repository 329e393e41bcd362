#include "sim/world/models/token_bucket.h"

#include "system/base/check.h"

namespace wavetank::sim {

TokenBucket::TokenBucket(std::int64_t rate_per_s, std::int64_t burst, Time now)
    : rate_(rate_per_s), burst_(static_cast<Int128>(burst) * one), level_(burst_), last_(now) {}

void TokenBucket::refill(Time now) {
  WAVETANK_CHECK(now >= last_, "a bucket's time never falls");
  level_ += static_cast<Int128>((now - last_).ns) * rate_;
  if (level_ > burst_) level_ = burst_;
  last_ = now;
}

bool TokenBucket::take(Time now) {
  refill(now);
  if (level_ < one) return false;
  level_ -= one;
  return true;
}

Time TokenBucket::next(Time now) {
  refill(now);
  if (level_ >= one) return now;
  if (rate_ <= 0) return time_max;
  return now + Duration{static_cast<std::int64_t>((one - level_ + rate_ - 1) / rate_)};
}

void TokenBucket::set_rate(Time now, std::int64_t rate_per_s, std::int64_t burst) {
  refill(now);
  rate_ = rate_per_s;
  burst_ = static_cast<Int128>(burst) * one;
  if (level_ > burst_) level_ = burst_;
}

}  // namespace wavetank::sim
