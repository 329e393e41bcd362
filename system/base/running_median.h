#pragma once
// The median of values that keep coming: O(1) each until somebody asks, which costs O(n) once;
// from then on O(log n) each, and O(1) to ask.
//
// Two heaps meet in the middle. Of an even number it is the upper of the two middle values.

#include <algorithm>
#include <cstddef>
#include <functional>
#include <vector>

namespace wavetank {

template <class T>
class RunningMedian {
 public:
  void add(T value) {
    if (!asked_) {
      upper_.push_back(value);
      return;
    }
    if (!upper_.empty() && value < upper_.front()) {
      push(lower_, value, std::less<>());
      push(upper_, pop(lower_, std::less<>()), std::greater<>());
    } else {
      push(upper_, value, std::greater<>());
    }
    if (upper_.size() > lower_.size() + 1) {
      push(lower_, pop(upper_, std::greater<>()), std::less<>());
    }
  }

  std::size_t size() const { return lower_.size() + upper_.size(); }
  /// Of at least one value.
  T median() {
    if (!asked_) split();
    return upper_.front();
  }

 private:
  void split() {
    asked_ = true;
    const auto middle = upper_.begin() + static_cast<std::ptrdiff_t>(upper_.size() / 2);
    std::nth_element(upper_.begin(), middle, upper_.end());
    lower_.assign(upper_.begin(), middle);
    upper_.erase(upper_.begin(), middle);
    std::make_heap(lower_.begin(), lower_.end(), std::less<>());
    std::make_heap(upper_.begin(), upper_.end(), std::greater<>());
  }

  template <class Order>
  static void push(std::vector<T>& heap, T value, Order order) {
    heap.push_back(value);
    std::push_heap(heap.begin(), heap.end(), order);
  }
  template <class Order>
  static T pop(std::vector<T>& heap, Order order) {
    std::pop_heap(heap.begin(), heap.end(), order);
    const T value = heap.back();
    heap.pop_back();
    return value;
  }

  bool asked_ = false;
  std::vector<T> lower_;  ///< a max-heap of as many as upper_ holds, or one fewer
  std::vector<T> upper_;  ///< a min-heap; all values in any order until somebody asks
};

}  // namespace wavetank
