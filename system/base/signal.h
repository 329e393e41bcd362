#pragma once
// Waiting for one another inside one loop: wake one, the longest waiting, or all. No threads are
// involved; waiters unlink themselves when their frame is destroyed.

#include <coroutine>

#include "system/base/loop.h"
#include "system/base/waiter.h"

namespace wavetank {

/// A coroutine parked in someone's queue, with an optional deadline. The base link stands in the
/// queue, `waiter` in the wheel or, once woken, in the ready ring.
struct Parked : Link {
  Waiter waiter;

  void park(Loop& loop, std::coroutine_handle<> handle, Time until) noexcept {
    waiter.handle = handle;
    waiter.node = &loop.node();
    waiter.fired = false;
    if (until != time_max) loop.arm(waiter, until);
  }
  void wake(Loop& loop) noexcept {
    unlink();
    loop.post(waiter);
  }
};

class Signal {
 public:
  explicit Signal(Loop& loop) : loop_(loop) {}

  class Wait {
   public:
    Wait(Signal& signal, Time until) : signal_(signal), until_(until) {}
    Wait(const Wait&) = delete;
    Wait& operator=(const Wait&) = delete;
    ~Wait() { parked_.unlink(); }
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> handle) noexcept {
      parked_.park(signal_.loop_, handle, until_);
      signal_.waiting_.push_back(parked_);
    }
    /// True when notified, false when the deadline came first.
    bool await_resume() noexcept {
      parked_.unlink();
      return !parked_.waiter.fired;
    }

   private:
    Signal& signal_;
    Time until_;
    Parked parked_;
  };

  Wait wait() { return Wait(*this, time_max); }
  Wait wait_until(Time t) { return Wait(*this, t); }

  void notify_one() noexcept {
    if (!waiting_.empty()) static_cast<Parked*>(waiting_.front())->wake(loop_);
  }
  void notify_all() noexcept {
    while (!waiting_.empty()) static_cast<Parked*>(waiting_.front())->wake(loop_);
  }
  bool awaited() const { return !waiting_.empty(); }

 private:
  Loop& loop_;
  LinkList waiting_;
};

}  // namespace wavetank
