#pragma once
// What is due when, counted by tick: how many things that are still open have passed their due time
// is known at each tick's end without a list of them.

#include <cstdint>
#include <vector>

#include "system/base/time.h"

namespace wavetank::engine {

class DueIndex {
 public:
  explicit DueIndex(Duration tick) : tick_(tick) {}

  /// One more is open. False where it is overdue already: its tick has ended.
  bool add(Time due) {
    if (due == time_max) return true;
    const std::size_t slot = slot_of(due);
    if (slot <= ended_) {
      ++overdue_;
      return false;
    }
    if (slot >= open_.size()) open_.resize(slot + 1);
    ++open_[slot];
    return true;
  }
  /// One of those added is open no longer. False where it had become overdue.
  bool remove(Time due) {
    if (due == time_max) return true;
    const std::size_t slot = slot_of(due);
    if (slot <= ended_) {
      --overdue_;
      return false;
    }
    --open_[slot];
    return true;
  }
  /// Ends all ticks up to `now`. Returns how many became overdue.
  std::uint64_t end_tick(Time now) {
    const auto last = static_cast<std::size_t>(now.ns / tick_.ns);
    std::uint64_t newly = 0;
    while (ended_ < last && ended_ + 1 < open_.size()) newly += open_[++ended_];
    if (ended_ < last) ended_ = last;
    overdue_ += newly;
    return newly;
  }
  std::uint64_t overdue() const { return overdue_; }

 private:
  /// The first tick that ends after `due`: what is ready at `due` itself is in time.
  std::size_t slot_of(Time due) const {
    return due.ns < 0 ? 0 : static_cast<std::size_t>(due.ns / tick_.ns) + 1;
  }

  Duration tick_;
  std::vector<std::uint32_t> open_;
  std::size_t ended_ = 0;
  std::uint64_t overdue_ = 0;
};

}  // namespace wavetank::engine
