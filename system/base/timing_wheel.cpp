#include "system/base/timing_wheel.h"

#include <algorithm>

namespace wavetank {

void TimingWheel::grow(Place place) {
  auto* chunk = static_cast<Chunk*>(pool_.take(sizeof(Chunk)));
  chunk->next = nullptr;
  Slot& slot = slots_[place.level][place.slot];
  if (slot.last == nullptr) {
    slot.first = chunk;
    used_[place.level] |= std::uint64_t{1} << place.slot;
    levels_ |= 1u << place.level;
  } else {
    slot.last->next = chunk;
  }
  slot.last = chunk;
  slot.in_last = 0;
}

// Calls use(chunk, number of timers in it) for each chunk of a slot; `use` may destroy it.
void TimingWheel::each(const Slot& slot, auto use) const {
  for (Chunk* chunk = slot.first; chunk != nullptr;) {
    Chunk* next = chunk->next;
    use(*chunk, next == nullptr ? slot.in_last : Chunk::room);
    chunk = next;
  }
}

void TimingWheel::more_tickets() {
  constexpr std::size_t block = 256;
  auto* tickets = static_cast<TimerTicket*>(pool_.take(block * sizeof(TimerTicket)));
  for (std::size_t i = 0; i < block; ++i) {
    tickets[i].next = i + 1 < block ? &tickets[i + 1] : nullptr;
  }
  free_ = tickets;
}

void TimingWheel::drop(const Entry& entry) {
  entry.ticket->next = free_;
  free_ = entry.ticket;
  --count_;
}

// Takes the chunks out of a slot; whoever gets them gives them back to the pool.
TimingWheel::Slot TimingWheel::detach(Place place) {
  used_[place.level] &= ~(std::uint64_t{1} << place.slot);
  if (used_[place.level] == 0) levels_ &= ~(1u << place.level);
  return std::exchange(slots_[place.level][place.slot], Slot{});
}

// Where the earliest timers are. Something must be in the wheel.
TimingWheel::Place TimingWheel::first_place() const {
  const auto level = static_cast<unsigned>(std::countr_zero(levels_));
  return {level, static_cast<unsigned>(std::countr_zero(used_[level]))};
}

Time TimingWheel::start_of(Place place) const {
  const unsigned shift = bits * place.level;
  const std::uint64_t above = place.level + 1 < depth ? ~std::uint64_t{0} << (shift + bits) : 0;
  const std::uint64_t start =
      (static_cast<std::uint64_t>(cursor_.ns) & above) | (std::uint64_t{place.slot} << shift);
  return Time{static_cast<std::int64_t>(start)};
}

// Drops what was cancelled from a slot, which may empty it.
void TimingWheel::clean(Place place) {
  each(detach(place), [this, place](Chunk& chunk, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      if (chunk.entries[i].ticket->waiter == nullptr) {
        drop(chunk.entries[i]);
      } else {
        append(place, chunk.entries[i]);
      }
    }
    pool_.give(&chunk, sizeof(Chunk));
  });
}

void TimingWheel::forget_done() {
  due_.erase(due_.begin(), due_.begin() + static_cast<std::ptrdiff_t>(head_));
  head_ = 0;
}

// Timers that came later stand behind those of the same instant.
void TimingWheel::sort_in(const Entry& entry) {
  due_.push_back(entry);
  std::size_t i = due_.size() - 1;
  for (; i > head_ && due_[i - 1].at > entry.at; --i) due_[i] = due_[i - 1];
  due_[i] = entry;
}

// Whether the timers of a slot are few enough to be sorted. At level 0 they are all due at once.
bool TimingWheel::sorts(Place place) const {
  if (place.level == 0) return true;
  if (due_.size() - head_ > few * Chunk::room) return false;
  unsigned chunks = 0;
  const Chunk* chunk = slots_[place.level][place.slot].first;
  for (; chunk != nullptr && chunks <= few; chunk = chunk->next) ++chunks;
  return chunks <= few;
}

// Moves the timers of a slot that the cursor has entered.
void TimingWheel::move_on(const Chunk& chunk, std::size_t count, bool sorted) {
  if (!sorted) {
    for (std::size_t i = 0; i < count; ++i) place(chunk.entries[i]);
    return;
  }
  // Tickets and waiters are scattered: they are fetched while others are being sorted in.
  for (std::size_t i = 0; i < count; ++i) __builtin_prefetch(chunk.entries[i].ticket);
  for (std::size_t i = 0; i < count; ++i) {
    const Waiter* waiter = chunk.entries[i].ticket->waiter;
    if (waiter != nullptr) {
      __builtin_prefetch(waiter);
      sort_in(chunk.entries[i]);
    } else {
      drop(chunk.entries[i]);
    }
  }
}

// Moves the cursor to the start of that slot, and the slot's timers on.
void TimingWheel::enter(Place place) {
  cursor_ = std::max(cursor_, start_of(place));
  if (2 * head_ >= due_.size()) forget_done();
  const bool sorted = sorts(place);
  each(detach(place), [this, sorted](Chunk& chunk, std::size_t count) {
    move_on(chunk, count, sorted);
    pool_.give(&chunk, sizeof(Chunk));
  });
}

TimingWheel::Due TimingWheel::take(Time limit) {
  const Entry entry = due_[head_];
  if (entry.at > limit) return {};
  ++head_;
  if (!nothing_due()) {
    // The next to be resumed: its waiter is near by now, its frame may not be.
    const Waiter* next = due_[head_].ticket->waiter;
    if (next != nullptr) __builtin_prefetch(next->handle.address());
  }
  if (entry.at > cursor_) cursor_ = entry.at;
  Waiter* waiter = entry.ticket->waiter;
  waiter->ticket = nullptr;
  drop(entry);
  return {waiter, entry.at};
}

TimingWheel::Due TimingWheel::pop(Time limit) {
  for (;;) {
    while (!nothing_due() && due_[head_].ticket->waiter == nullptr) drop(due_[head_++]);
    if (levels_ == 0) return nothing_due() ? Due{} : take(limit);
    const Place place = first_place();
    const Time start = start_of(place);
    // A deadline within the slot's reach makes the cursor enter it.
    if (!nothing_due() && due_[head_].at < start) return take(limit);
    if (start > limit) return {};
    enter(place);
  }
}

void TimingWheel::sweep() {
  const auto cancelled = [this](const Entry& entry) {
    if (entry.ticket->waiter != nullptr) return false;
    drop(entry);
    return true;
  };
  forget_done();
  due_.erase(std::remove_if(due_.begin(), due_.end(), cancelled), due_.end());
  for (unsigned level = 0; level < depth; ++level) {
    for (std::uint64_t used = used_[level]; used != 0; used &= used - 1) {
      clean({level, static_cast<unsigned>(std::countr_zero(used))});
    }
  }
  sweep_at_ = 2 * count_ + 1'024;
}

Time TimingWheel::peek() const {
  Time first = time_max;
  const auto look = [&first](const Entry& entry) {
    if (entry.at < first && entry.ticket->waiter != nullptr) first = entry.at;
  };
  for (std::size_t i = head_; i < due_.size() && first == time_max; ++i) look(due_[i]);
  for (unsigned level = 0; level < depth; ++level) {
    for (std::uint64_t used = used_[level]; used != 0; used &= used - 1) {
      const Slot& slot = slots_[level][static_cast<unsigned>(std::countr_zero(used))];
      const Time before = first;
      each(slot, [&look](const Chunk& chunk, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) look(chunk.entries[i]);
      });
      if (first != before) return first;
    }
  }
  return first;
}

}  // namespace wavetank
