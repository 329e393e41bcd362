#pragma once
// The agenda: a hierarchical radix wheel over 64-bit nanoseconds.
//
// Level k holds timers that differ from the cursor first in digit k (6 bits a digit), slot by that
// digit. Insert and cancel are O(1) and allocate nothing; a slot is spread over lower levels when the
// cursor enters it, in order, so ties are FIFO by construction: two timers of one instant are in
// the same slot whatever the level, and the earlier insertion stands first.
// Idea: Varghese and Lauck, SOSP'87, with the radix layout of Ahuja et al.'s radix heap (JACM'90).

#include <array>
#include <bit>
#include <cstdint>

#include "system/base/waiter.h"

namespace wavetank {

class TimingWheel {
 public:
  /// Adds a timer for waiter.at, which must not be before the last pop.
  void insert(Waiter& waiter) noexcept {
    const auto at = static_cast<std::uint64_t>(waiter.at.ns);
    const unsigned level = level_of(at);
    const unsigned slot = (at >> (bits * level)) & mask;
    slots_[level][slot].push_back(waiter);
    used_[level] |= std::uint64_t{1} << slot;
    levels_ |= 1u << level;
  }

  /// The next timer that is due at or before `limit`, unlinked, or null. Never moves the cursor
  /// past `limit`, so that an earlier timer can still be inserted after a fruitless look.
  Waiter* pop(Time limit) noexcept;

  /// When the next timer is due, or time_max.
  Time peek() const noexcept;

 private:
  static constexpr unsigned bits = 6;
  static constexpr unsigned slots = 1u << bits;
  static constexpr std::uint64_t mask = slots - 1;
  static constexpr unsigned depth = 11;

  unsigned level_of(std::uint64_t at) const noexcept {
    const std::uint64_t differs = at ^ cursor_;
    return differs == 0 ? 0 : static_cast<unsigned>(63 - std::countl_zero(differs)) / bits;
  }
  LinkList* first_slot(unsigned& level, unsigned& slot) noexcept;
  static Time earliest(const LinkList& list) noexcept;

  std::uint64_t cursor_ = 0;
  std::uint32_t levels_ = 0;
  std::array<std::uint64_t, depth> used_{};
  std::array<std::array<LinkList, slots>, depth> slots_;
};

}  // namespace wavetank
