#pragma once
// Little's law as bookkeeping: the integral of how many are inside equals the sum of how long each
// stayed plus what those still inside have stayed so far (Little, Operations Research 1961). In
// 128-bit integers it holds exactly, whatever the run was; a difference is a lost or doubled
// customer.

#include <cstdint>
#include <string>

#include "system/base/check.h"
#include "system/base/time.h"
#include "system/base/wide.h"

namespace wavetank {

class LittleBook {
 public:
  void enter(Time now) {
    settle(now);
    ++inside_;
  }
  /// Of one that entered at `entered`.
  void leave(Time now, Time entered) {
    settle(now);
    --inside_;
    stays_ += (now - entered).ns;
  }

  /// `residual`: what those found inside have stayed so far, added up over them one by one.
  void audit(Time now, Int128 residual, const std::string& of) {
    settle(now);
    WAVETANK_CHECK(integral_ == stays_ + residual, "Little's law does not hold for " + of);
  }

  std::int64_t inside() const { return inside_; }

 private:
  void settle(Time now) {
    integral_ += static_cast<Int128>((now - settled_).ns) * inside_;
    settled_ = now;
  }

  std::int64_t inside_ = 0;
  Int128 integral_ = 0;
  Int128 stays_ = 0;
  Time settled_{};
};

}  // namespace wavetank
