#pragma once
// An Alarm is the one timer of a resource: its coroutine waits for it, and whoever changes the
// resource moves it, without resuming anything.

#include <coroutine>

#include "system/base/loop.h"

namespace wavetank::sim {

class Alarm {
 public:
  explicit Alarm(Loop& loop) : loop_(loop) {}

  class Ring {
   public:
    explicit Ring(Alarm& alarm) : alarm_(alarm) {}
    Ring(const Ring&) = delete;
    Ring& operator=(const Ring&) = delete;
    ~Ring() { alarm_.waiter_.unlink(); }
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> handle) noexcept {
      alarm_.waiter_.handle = handle;
      alarm_.waiter_.node = &alarm_.loop_.node();
      alarm_.asleep_ = true;
      if (alarm_.at_ != time_max) alarm_.loop_.arm(alarm_.waiter_, alarm_.at_);
    }
    void await_resume() noexcept {
      alarm_.asleep_ = false;
      alarm_.at_ = time_max;
    }

   private:
    Alarm& alarm_;
  };

  /// For the one coroutine that owns the alarm.
  Ring ring() { return Ring(*this); }

  /// Rings at `at`, or never for time_max, instead of when it was set to before.
  void set(Time at) noexcept {
    if (at == at_) return;
    at_ = at;
    if (!asleep_) return;
    if (at == time_max) {
      waiter_.unlink();
    } else {
      loop_.arm(waiter_, at);
    }
  }

 private:
  Loop& loop_;
  Waiter waiter_;
  Time at_ = time_max;
  bool asleep_ = false;
};

}  // namespace wavetank::sim
