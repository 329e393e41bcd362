#pragma once
// Counting permits inside one loop, first in, first out.

#include <coroutine>
#include <cstdint>

#include "system/base/loop.h"
#include "system/base/signal.h"

namespace wavetank {

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
