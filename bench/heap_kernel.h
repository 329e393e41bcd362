#pragma once
// The kernel that one would write first: std::priority_queue of (time, insertion, coroutine). It
// runs the same coroutines as the loop does, so that the two differ in their agenda only. It cannot
// cancel, which spares it work that the loop's timers are ready for.

#include <coroutine>
#include <cstdint>
#include <queue>
#include <vector>

#include "system/base/task.h"
#include "system/base/time.h"

namespace wavetank::bench {

class HeapKernel {
 public:
  explicit HeapKernel(Run& run) : run_(run) {}

  Time now() const { return now_; }

  /// Runs `task` up to its first suspension; the kernel owns it.
  void start(Task<void> task) {
    const auto handle = task.release();
    owned_.push_back(handle);
    resume(handle);
  }
  ~HeapKernel() {
    for (const std::coroutine_handle<> handle : owned_) handle.destroy();
  }
  HeapKernel(const HeapKernel&) = delete;
  HeapKernel& operator=(const HeapKernel&) = delete;

  void at(Time when, std::coroutine_handle<> handle) {
    agenda_.push({when.ns, inserted_++, handle});
  }

  bool step() {
    if (agenda_.empty()) return false;
    const Entry next = agenda_.top();
    agenda_.pop();
    now_ = Time{next.at};
    resume(next.handle);
    return true;
  }

 private:
  struct Entry {
    std::int64_t at;
    std::uint64_t order;
    std::coroutine_handle<> handle;
    bool operator<(const Entry& other) const {
      return at != other.at ? at > other.at : order > other.order;
    }
  };

  void resume(std::coroutine_handle<> handle) {
    while (handle) {
      handle.resume();
      handle = run_.next;
      run_.next = {};
    }
  }

  Run& run_;
  Time now_{};
  std::uint64_t inserted_ = 0;
  std::priority_queue<Entry> agenda_;
  std::vector<std::coroutine_handle<>> owned_;
};

class HeapSleep {
 public:
  HeapSleep(HeapKernel& kernel, Time until) : kernel_(kernel), until_(until) {}
  HeapSleep(const HeapSleep&) = delete;
  HeapSleep& operator=(const HeapSleep&) = delete;

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) { kernel_.at(until_, handle); }
  void await_resume() const noexcept {}

 private:
  HeapKernel& kernel_;
  Time until_;
};

inline HeapSleep sleep(HeapKernel& kernel, Duration d) { return {kernel, kernel.now() + d}; }

}  // namespace wavetank::bench
