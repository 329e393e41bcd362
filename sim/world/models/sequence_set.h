#pragma once
// The sequence numbers that one producer has written, as intervals: numbers that arrive in order
// cost one interval in all, each number given up or still under way one more.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace wavetank::sim {

class SequenceSet {
 public:
  /// Whether `sequence` is new; it is in the set afterwards.
  bool insert(std::int64_t sequence);
  std::size_t intervals() const { return intervals_.size(); }

 private:
  struct Interval {
    std::int64_t first;
    std::int64_t last;
  };
  std::vector<Interval> intervals_;  // ascending, never touching
};

/// The same for producers that are small dense numbers.
class ProducerSequences {
 public:
  bool insert(std::uint32_t producer, std::int64_t sequence) {
    if (producer >= sets_.size()) sets_.resize(producer + 1);
    return sets_[producer].insert(sequence);
  }

 private:
  std::vector<SequenceSet> sets_;
};

}  // namespace wavetank::sim
