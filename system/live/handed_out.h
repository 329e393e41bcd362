#pragma once
// HandedOut: how far the consumers of this process have been handed the log, by group and place. A
// record below it comes again. What consumers of other processes were handed is not known here: a
// record that one of them had and did not commit comes as a new one, with the same place and
// offset.

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <utility>

namespace wavetank::live {

class HandedOut {
 public:
  /// Everything before `next` has been handed out. Returns the mark as it was.
  std::int64_t raise(std::uint8_t group, std::uint32_t place, std::int64_t next) {
    const std::lock_guard lock(mutex_);
    std::int64_t& mark = marks_[{group, place}];
    const std::int64_t before = mark;
    if (next > mark) mark = next;
    return before;
  }
  /// The answer was lost: the mark is as it was.
  void put_back(std::uint8_t group, std::uint32_t place, std::int64_t before) {
    const std::lock_guard lock(mutex_);
    marks_[{group, place}] = before;
  }
  std::int64_t mark(std::uint8_t group, std::uint32_t place) const {
    const std::lock_guard lock(mutex_);
    const auto found = marks_.find({group, place});
    return found == marks_.end() ? 0 : found->second;
  }

  /// The next answer's, over all consumers: one that joins again goes on counting.
  std::uint64_t next_number() { return ++numbers_; }

  /// Records that nobody here can read, and that are passed over.
  std::atomic<std::int64_t> broken = 0;

 private:
  mutable std::mutex mutex_;
  std::map<std::pair<std::uint8_t, std::uint32_t>, std::int64_t> marks_;
  std::atomic<std::uint64_t> numbers_ = 0;
};

}  // namespace wavetank::live
