#pragma once
// The agenda: a hierarchical radix wheel over 64-bit nanoseconds, a short sorted list before it.
//
// Level k holds timers that differ from the cursor first in digit k (6 bits a digit), slot by that
// digit. When the cursor enters a slot its timers move on, in order: a few are sorted into the list
// of what is due, many are spread over lower levels. So ties are FIFO by construction: two timers
// of one instant take the same way, the earlier insertion first, and what the list holds was
// inserted before whatever the wheel still holds for the same instant.
//
// A timer is a pair (time, ticket) in an array of its slot, so that moving it touches no frame. To
// cancel is to clear the ticket; cancelled timers are dropped when met, and all at once when they
// may outnumber the others. Both are O(1), amortised, and memory follows the timers that wait.
// Ideas: Varghese and Lauck, SOSP'87; the radix heap of Ahuja et al., JACM'90; the sorted bottom of
// the ladder queue of Tang et al., TOMACS'05.

#include <array>
#include <bit>
#include <cstdint>
#include <vector>

#include "system/base/frame_pool.h"
#include "system/base/waiter.h"

namespace wavetank {

class TimingWheel {
 public:
  /// Its memory comes from `pool`, which must outlive it and every waiter.
  explicit TimingWheel(FramePool& pool) : pool_(pool) {}

  /// Adds a timer for `waiter`, which has none.
  void insert(Waiter& waiter, Time at) {
    if (free_ == nullptr) [[unlikely]]
      more_tickets();
    TimerTicket* ticket = free_;
    free_ = ticket->next;
    ticket->waiter = &waiter;
    waiter.ticket = ticket;
    const Entry entry{at, ticket};
    if (at < cursor_) [[unlikely]] {
      sort_in(entry);
    } else {
      place(entry);
    }
    if (++count_ > sweep_at_) [[unlikely]]
      sweep();
  }

  /// A waiter, without its timer, and when it was due.
  struct Due {
    Waiter* waiter;
    Time at;
  };
  /// The next that is due at or before `limit`; its waiter is null where there is none. Earlier
  /// timers can still be inserted after a fruitless look.
  Due pop(Time limit);

  /// When the next timer is due, or time_max.
  Time peek() const;

 private:
  static constexpr unsigned bits = 6;
  static constexpr unsigned slots = 1u << bits;
  static constexpr std::uint64_t mask = slots - 1;
  static constexpr unsigned depth = 11;
  /// How many chunks of timers may be sorted: that costs less than one level more.
  static constexpr unsigned few = 4;

  struct Entry {
    Time at;
    TimerTicket* ticket;
  };
  struct Chunk {
    static constexpr std::size_t room = 15;
    Chunk* next;
    Entry entries[room];
  };
  /// Chunks of timers, in order of insertion; all but the last are full.
  struct Slot {
    Chunk* first = nullptr;
    Chunk* last = nullptr;
    std::size_t in_last = Chunk::room;
  };
  struct Place {
    unsigned level;
    unsigned slot;
  };

  void place(const Entry& entry) {
    const auto at = static_cast<std::uint64_t>(entry.at.ns);
    const std::uint64_t differs = at ^ static_cast<std::uint64_t>(cursor_.ns);
    const unsigned level = static_cast<unsigned>(63 - std::countl_zero(differs | 1)) / bits;
    append({level, static_cast<unsigned>((at >> (bits * level)) & mask)}, entry);
  }
  void append(Place place, const Entry& entry) {
    Slot& slot = slots_[place.level][place.slot];
    if (slot.in_last == Chunk::room) [[unlikely]]
      grow(place);
    slot.last->entries[slot.in_last++] = entry;
  }
  void each(const Slot& slot, auto use) const;
  void grow(Place place);
  void more_tickets();
  Slot detach(Place place);
  void move_on(const Chunk& chunk, std::size_t count, bool sorted);
  Place first_place() const;
  Time start_of(Place place) const;
  void enter(Place place);
  bool sorts(Place place) const;
  void forget_done();
  void sort_in(const Entry& entry);
  Due take(Time limit);
  void drop(const Entry& entry);
  void clean(Place place);
  void sweep();
  bool nothing_due() const { return head_ == due_.size(); }

  FramePool& pool_;
  Time cursor_{};  ///< what is in the wheel is not before it, what is new may be
  std::uint32_t levels_ = 0;
  std::array<std::uint64_t, depth> used_{};
  std::array<std::array<Slot, slots>, depth> slots_{};
  std::vector<Entry> due_;  ///< sorted; what stands before head_ is done with
  std::size_t head_ = 0;
  TimerTicket* free_ = nullptr;
  std::size_t count_ = 0;  ///< timers, cancelled ones included
  std::size_t sweep_at_ = 1'024;
};

}  // namespace wavetank
