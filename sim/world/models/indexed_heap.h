#pragma once
// A 4-ary min-heap whose entries can be moved and erased from the middle: whenever an entry lands
// at a position, `moved(entry, position)` is called, and its owner remembers the position.
//
// Entry is small, copyable and totally ordered by operator<; give it a tie-break, so that order
// never depends on the heap's layout. A push of the largest key costs O(1), all else O(log n).

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace wavetank::sim {

inline constexpr std::uint32_t not_in_heap = 0xffffffffu;

template <class Entry>
class IndexedHeap {
 public:
  bool empty() const { return entries_.empty(); }
  std::size_t size() const { return entries_.size(); }
  const Entry& top() const { return entries_.front(); }
  const Entry& at(std::uint32_t position) const { return entries_[position]; }
  std::size_t bytes() const { return entries_.capacity() * sizeof(Entry); }
  void clear() { entries_.clear(); }

  template <class Moved>
  void push(Entry entry, const Moved& moved) {
    entries_.push_back(entry);
    sift_up(entries_.size() - 1, std::move(entry), moved);
  }

  /// Gives the entry at `position` a new key.
  template <class Moved>
  void update(std::uint32_t position, Entry entry, const Moved& moved) {
    if (entry < entries_[position]) {
      sift_up(position, std::move(entry), moved);
    } else {
      sift_down(position, std::move(entry), moved);
    }
  }

  /// The erased entry is told not_in_heap.
  template <class Moved>
  void erase(std::uint32_t position, const Moved& moved) {
    moved(entries_[position], not_in_heap);
    Entry last = std::move(entries_.back());
    entries_.pop_back();
    if (position == entries_.size()) return;
    if (last < entries_[position]) {
      sift_up(position, std::move(last), moved);
    } else {
      sift_down(position, std::move(last), moved);
    }
  }

 private:
  template <class Moved>
  void place(std::size_t position, Entry entry, const Moved& moved) {
    entries_[position] = std::move(entry);
    moved(entries_[position], static_cast<std::uint32_t>(position));
  }

  template <class Moved>
  void sift_up(std::size_t hole, Entry entry, const Moved& moved) {
    while (hole > 0) {
      const std::size_t parent = (hole - 1) / 4;
      if (!(entry < entries_[parent])) break;
      place(hole, std::move(entries_[parent]), moved);
      hole = parent;
    }
    place(hole, std::move(entry), moved);
  }

  template <class Moved>
  void sift_down(std::size_t hole, Entry entry, const Moved& moved) {
    const std::size_t count = entries_.size();
    for (;;) {
      const std::size_t first = 4 * hole + 1;
      if (first >= count) break;
      const std::size_t end = first + 4 < count ? first + 4 : count;
      std::size_t least = first;
      for (std::size_t child = first + 1; child < end; ++child) {
        if (entries_[child] < entries_[least]) least = child;
      }
      if (!(entries_[least] < entry)) break;
      place(hole, std::move(entries_[least]), moved);
      hole = least;
    }
    place(hole, std::move(entry), moved);
  }

  std::vector<Entry> entries_;
};

}  // namespace wavetank::sim
