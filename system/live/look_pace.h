#pragma once
// LookPace: how often a platform of somebody else is looked at beside its load, so that both
// together stay within its limits.max_rate. The load is never held back: looks wait.
//
// A tenth of the limit is left to the load's chance. Looks and load together, within any 10 s, are
// no more than the limit allows, unless the load alone is.

#include <cstdint>

#include "system/base/time.h"
#include "system/base/units.h"

namespace wavetank::live {

class LookPace {
 public:
  /// `most` is of both together; 0 is no limit.
  explicit LookPace(Rate most);

  /// The load sends something.
  void sent(Time now) { spend(now); }
  /// Whether there is room for a look now. It counts as made where there is, else as put off.
  bool look(Time now);
  std::uint64_t looks() const { return looks_; }
  std::uint64_t put_off() const { return put_off_; }
  /// From one look to the next, at least; 0 where nothing limits them.
  Duration interval() const;

  /// How many looks a second are left beside so much load.
  static double left(Rate most, double load_per_s);

 private:
  void earn(Time now);
  void spend(Time now);

  double most_;
  double room_;  ///< looks that may be made now; below 0 the load has sent more
  Time earned_{};
  std::uint64_t looks_ = 0, put_off_ = 0;
};

}  // namespace wavetank::live
