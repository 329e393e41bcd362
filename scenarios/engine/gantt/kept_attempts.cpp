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
  if (held_.size() < most) {
    held_.push_back(attempt);
    if (held_.size() == most) std::make_heap(held_.begin(), held_.end(), outranks);
    return;
  }
  if (!outranks(attempt, held_.front())) return;
  std::pop_heap(held_.begin(), held_.end(), outranks);
  held_.back() = attempt;
  std::push_heap(held_.begin(), held_.end(), outranks);
}

void KeptAttempts::clear() {
  constexpr std::size_t small = 16;
  held_.clear();
  if (held_.capacity() > small) held_.shrink_to_fit();
  seen_ = 0;
}

std::vector<TaskAttempt> KeptAttempts::in_order() const {
  std::vector<TaskAttempt> sorted = held_;
  std::sort(sorted.begin(), sorted.end(), earlier);
  return sorted;
}

}  // namespace wavetank::engine
