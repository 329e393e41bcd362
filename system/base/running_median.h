#pragma once
// The median of values that keep coming: O(log n) each, O(1) to ask.
//
// Two heaps meet in the middle. Of an even number it is the upper of the two middle values.

#include <algorithm>
#include <functional>
#include <vector>

namespace wavetank {

template <class T>
class RunningMedian {
 public:
  void add(T value) {
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
  T median() const { return upper_.front(); }

 private:
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

  std::vector<T> lower_;  ///< a max-heap of as many as upper_ holds, or one fewer
  std::vector<T> upper_;  ///< a min-heap
};

}  // namespace wavetank
