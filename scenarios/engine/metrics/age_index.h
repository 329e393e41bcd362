#pragma once
// How many things that began at about the same time are still open, so that the age of the oldest
// is known at any moment without a list of them.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "system/base/time.h"

namespace wavetank::engine {

/// Times are rounded down to the resolution, so an age is too large by less than that.
class AgeIndex {
 public:
  using Slot = std::uint32_t;

  /// Slots are below `slots_max`: what begins later than that shares the last one.
  AgeIndex(Duration resolution, Slot slots_max) : resolution_(resolution), slots_max_(slots_max) {}

  Slot slot_of(Time began) const {
    const std::int64_t slot = began.ns <= 0 ? 0 : began.ns / resolution_.ns;
    return static_cast<Slot>(std::min<std::int64_t>(slot, slots_max_ - 1));
  }
  void add(Slot slot) {
    if (slot >= open_.size()) open_.resize(slot + 1);
    ++open_[slot];
    ++count_;
    oldest_ = std::min(oldest_, slot);
  }
  /// `slot` was added before.
  void remove(Slot slot) {
    --open_[slot];
    --count_;
  }

  std::uint64_t count() const { return count_; }
  /// The age of the oldest that is open; none where nothing is.
  std::optional<Duration> oldest_age(Time now) {
    if (count_ == 0) {
      oldest_ = static_cast<Slot>(open_.size());
      return std::nullopt;
    }
    while (open_[oldest_] == 0) ++oldest_;
    return now - Time{resolution_.ns * oldest_};
  }

 private:
  Duration resolution_;
  Slot slots_max_;
  std::vector<std::uint32_t> open_;
  Slot oldest_ = 0;
  std::uint64_t count_ = 0;
};

}  // namespace wavetank::engine
