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
  const std::size_t half = attempt.stage == 0 ? 0 : 1;
  if (!attempt.noted && attempt.lasted() < floors_[half]) return;
  admit(attempt);
  floors_ = {floor(0), floor(1)};
}

// Below it admit() would refuse: an attempt of a half that is sure of its share, and the least of
// all those that may give way.
Duration KeptAttempts::floor(std::size_t half) const {
  const std::vector<TaskAttempt>& mine = held_[half];
  const std::vector<TaskAttempt>& other = held_[1 - half];
  if (size() < most || mine.size() < share) return {};
  const auto least = [](const TaskAttempt& a) { return a.noted ? duration_max : a.lasted(); };
  return other.size() <= share ? least(mine.front())
                               : std::min(least(mine.front()), least(other.front()));
}

void KeptAttempts::admit(const TaskAttempt& attempt) {
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
  floors_ = {};
}

std::vector<TaskAttempt> KeptAttempts::in_order() const {
  std::vector<TaskAttempt> sorted = held_[0];
  sorted.insert(sorted.end(), held_[1].begin(), held_[1].end());
  std::sort(sorted.begin(), sorted.end(), earlier);
  return sorted;
}

}  // namespace wavetank::engine
