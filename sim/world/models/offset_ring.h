#pragma once
// Elements by ever-growing offset, of which the oldest are dropped: a ring of a power of two, so an
// offset finds its element with one mask. Grows twofold, shrinks when an eighth is left.

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace wavetank::sim {

template <class T>
class OffsetRing {
 public:
  std::int64_t begin() const { return begin_; }
  std::int64_t end() const { return end_; }
  std::int64_t size() const { return end_ - begin_; }
  bool empty() const { return begin_ == end_; }

  /// The element at an offset in [begin, end).
  const T& operator[](std::int64_t offset) const { return slots_[place_of(offset)]; }
  T& operator[](std::int64_t offset) { return slots_[place_of(offset)]; }
  const T& front() const { return (*this)[begin_]; }

  /// Returns the offset of the new element.
  std::int64_t push(const T& element) {
    if (static_cast<std::size_t>(size()) == slots_.size()) {
      resize(slots_.empty() ? smallest : slots_.size() * 2);
    }
    slots_[place_of(end_)] = element;
    return end_++;
  }

  void pop() { drop_before(begin_ + 1); }

  /// Offsets keep their meaning: past the end, everything is dropped and nothing else happens.
  void drop_before(std::int64_t offset) {
    if (offset > end_) offset = end_;
    if (offset <= begin_) return;
    begin_ = offset;
    if (slots_.size() > smallest && static_cast<std::size_t>(size()) * 8 <= slots_.size()) {
      resize(slots_.size() / 4 > smallest ? slots_.size() / 4 : smallest);
    }
  }

  std::size_t bytes() const { return slots_.capacity() * sizeof(T); }

 private:
  static constexpr std::size_t smallest = 16;

  std::size_t place_of(std::int64_t offset) const {
    return static_cast<std::size_t>(offset) & (slots_.size() - 1);
  }

  void resize(std::size_t count) {
    std::vector<T> slots(count);
    for (std::int64_t at = begin_; at < end_; ++at) {
      slots[static_cast<std::size_t>(at) & (count - 1)] = (*this)[at];
    }
    slots_ = std::move(slots);
  }

  std::vector<T> slots_;
  std::int64_t begin_ = 0;
  std::int64_t end_ = 0;
};

}  // namespace wavetank::sim
