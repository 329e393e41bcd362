#include "sim/world/models/sequence_set.h"

#include <cstddef>

namespace wavetank::sim {

bool SequenceSet::insert(std::int64_t sequence) {
  // New numbers are nearly always the highest, so the search starts at the end.
  std::size_t after = intervals_.size();
  while (after > 0 && intervals_[after - 1].first > sequence) --after;
  const bool joins_left = after > 0 && sequence <= intervals_[after - 1].last + 1;
  if (joins_left && sequence <= intervals_[after - 1].last) return false;
  const bool joins_right = after < intervals_.size() && intervals_[after].first == sequence + 1;
  const auto at = intervals_.begin() + static_cast<std::ptrdiff_t>(after);
  if (joins_left && joins_right) {
    intervals_[after - 1].last = at->last;
    intervals_.erase(at);
  } else if (joins_left) {
    intervals_[after - 1].last = sequence;
  } else if (joins_right) {
    at->first = sequence;
  } else {
    intervals_.insert(at, {sequence, sequence});
  }
  return true;
}

}  // namespace wavetank::sim
