#include "system/base/timing_wheel.h"

namespace wavetank {

// The first non-empty slot; clears the marks of slots that cancels have emptied.
LinkList* TimingWheel::first_slot(unsigned& level, unsigned& slot) noexcept {
  while (levels_ != 0) {
    level = static_cast<unsigned>(std::countr_zero(levels_));
    while (used_[level] != 0) {
      slot = static_cast<unsigned>(std::countr_zero(used_[level]));
      if (!slots_[level][slot].empty()) return &slots_[level][slot];
      used_[level] &= used_[level] - 1;
    }
    levels_ &= levels_ - 1;
  }
  return nullptr;
}

Time TimingWheel::earliest(const LinkList& list) noexcept {
  Time least = time_max;
  for (const Link* link = list.front(); link != list.end(); link = link->next) {
    const Time at = static_cast<const Waiter*>(link)->at;
    if (at < least) least = at;
  }
  return least;
}

Waiter* TimingWheel::pop(Time limit) noexcept {
  unsigned level = 0;
  unsigned slot = 0;
  LinkList* list = first_slot(level, slot);
  if (list == nullptr) return nullptr;
  if (level > 0) {
    const Time due = earliest(*list);
    if (due > limit) return nullptr;
    // The slots below are empty, so the cursor may go straight to the first deadline.
    cursor_ = static_cast<std::uint64_t>(due.ns);
    LinkList spread;
    spread.splice(*list);
    used_[level] &= ~(std::uint64_t{1} << slot);
    while (!spread.empty()) {
      auto* waiter = static_cast<Waiter*>(spread.front());
      waiter->unlink();
      insert(*waiter);
    }
    list = &slots_[0][cursor_ & mask];
  }
  auto* waiter = static_cast<Waiter*>(list->front());
  if (waiter->at > limit) return nullptr;
  cursor_ = static_cast<std::uint64_t>(waiter->at.ns);
  waiter->unlink();
  return waiter;
}

Time TimingWheel::peek() const noexcept {
  for (unsigned level = 0; level < depth; ++level) {
    for (std::uint64_t used = used_[level]; used != 0; used &= used - 1) {
      const LinkList& list = slots_[level][static_cast<unsigned>(std::countr_zero(used))];
      if (!list.empty()) return earliest(list);
    }
  }
  return time_max;
}

}  // namespace wavetank
