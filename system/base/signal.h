#pragma once
// Waiting for one another inside one loop: Signal (wake one or all), Semaphore (permits, first in,
// first out). No threads are involved; waiters unlink themselves when their frame is destroyed.

#include <coroutine>
#include <cstdint>

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

/// Counting permits. A permit is handed over directly, so no latecomer overtakes.
class Semaphore {
 public:
  Semaphore(Loop& loop, std::int64_t permits) : loop_(loop), free_(permits) {}

  class Acquire {
   public:
    Acquire(Semaphore& owner, Time until) : owner_(owner), until_(until) {}
    Acquire(const Acquire&) = delete;
    Acquire& operator=(const Acquire&) = delete;
    // A permit handed to a frame that dies before it resumes goes back.
    ~Acquire() {
      if (given_) owner_.release();
    }
    bool await_ready() noexcept {
      if (owner_.free_ <= 0 || !owner_.waiting_.empty()) return false;
      --owner_.free_;
      taken_ = true;
      return true;
    }
    void await_suspend(std::coroutine_handle<> handle) noexcept {
      parked_.park(owner_.loop_, handle, until_);
      owner_.waiting_.push_back(parked_);
    }
    /// True with a permit, false when the deadline came first.
    bool await_resume() noexcept {
      const bool have = taken_ || given_;
      given_ = false;
      parked_.unlink();
      return have;
    }

   private:
    friend class Semaphore;
    struct Entry : Parked {
      explicit Entry(Acquire& acquire) : acquire(&acquire) {}
      Acquire* acquire;
    };
    Semaphore& owner_;
    Time until_;
    bool taken_ = false;
    bool given_ = false;
    Entry parked_{*this};
  };

  Acquire acquire() { return Acquire(*this, time_max); }
  Acquire acquire_until(Time t) { return Acquire(*this, t); }

  void release() noexcept {
    if (free_ >= 0 && !waiting_.empty()) {
      auto* entry = static_cast<Acquire::Entry*>(waiting_.front());
      entry->acquire->given_ = true;
      entry->wake(loop_);
      return;
    }
    ++free_;
  }

  /// Changes the number of permits; those held beyond a lower limit are not taken back.
  void resize(std::int64_t by) noexcept {
    for (; by > 0; --by) release();
    free_ += by;
  }

  std::int64_t free() const { return free_; }
  bool awaited() const { return !waiting_.empty(); }

 private:
  Loop& loop_;
  std::int64_t free_;
  LinkList waiting_;
};

}  // namespace wavetank
