#include "scenarios/engine/gantt/kept_attempts.h"

#include <algorithm>
#include <tuple>

namespace wavetank::engine {
namespace {

bool earlier(const TaskAttempt& a, const TaskAttempt& b) {
  return std::tie(a.from, a.job, a.stage, a.partition, a.attempt) <
         std::tie(b.from, b.job, b.stage, b.partition, b.attempt);
}

bool outranks(const TaskAttempt& a, const TaskAttempt& b) {
  if (a.noted != b.noted) return a.noted;
  if (a.lasted() != b.lasted()) return a.lasted() > b.lasted();
  return earlier(a, b);
}

}  // namespace

void KeptAttempts::add(const TaskAttempt& attempt) {
  ++seen_;
  std::vector<TaskAttempt>& mine = held_[attempt.stage == 0 ? 0 : 1];
  std::vector<TaskAttempt>& other = held_[attempt.stage == 0 ? 1 : 0];
  if (size() < most) {
    mine.push_back(attempt);
    if (size() < most) return;
    for (auto& half : held_) std::make_heap(half.begin(), half.end(), outranks);
    return;
  }
  if (mine.size() >= share) {
    const bool is_least = outranks(mine.front(), attempt);
    const TaskAttempt& least = is_least ? attempt : mine.front();
    if (other.size() <= share || outranks(other.front(), least)) {
      if (is_least) return;
      std::pop_heap(mine.begin(), mine.end(), outranks);
      mine.back() = attempt;
      std::push_heap(mine.begin(), mine.end(), outranks);
      return;
    }
  }
  std::pop_heap(other.begin(), other.end(), outranks);
  other.pop_back();
  mine.push_back(attempt);
  std::push_heap(mine.begin(), mine.end(), outranks);
}

void KeptAttempts::clear() {
  constexpr std::size_t small = 16;
  for (auto& half : held_) {
    half.clear();
    if (half.capacity() > small) half.shrink_to_fit();
  }
  seen_ = 0;
}

std::vector<TaskAttempt> KeptAttempts::in_order() const {
  std::vector<TaskAttempt> sorted = held_[0];
  sorted.insert(sorted.end(), held_[1].begin(), held_[1].end());
  std::sort(sorted.begin(), sorted.end(), earlier);
  return sorted;
}

}  // namespace wavetank::engine
