#pragma once
// The one event loop. A world only drives it: one world jumps to the next deadline, a
// live one arms one real timer for it. Services cannot tell.
//
// Order is total: the ready ring drains first in, first out; then the next timer by (time,
// insertion). An event is one resumed coroutine.

#include <coroutine>
#include <cstdint>

#include "system/base/node.h"
#include "system/base/run.h"
#include "system/base/time.h"
#include "system/base/timing_wheel.h"
#include "system/base/waiter.h"

namespace wavetank {

class Loop {
 public:
  explicit Loop(Run& run) : run_(run), root_(*this, NodeId{0}, "world"), wheel_(run.frames()) {}
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  Run& run() const { return run_; }
  Time now() const { return now_; }
  std::uint64_t events() const { return events_; }

  /// The node of the coroutine at hand; the root node outside of any.
  Node& node() const { return *current_; }
  Node& root() { return root_; }

  /// Makes `waiter` ready at the end of the ring, on the node it waits on. It may be in any list.
  void post(Waiter& waiter) noexcept {
    waiter.unlink();
    waiter.fired = false;
    ready_.push_back(waiter);
  }
  /// Ready at `at`, or now if that has passed.
  void arm(Waiter& waiter, Time at) noexcept {
    waiter.unlink();
    wheel_.insert(waiter, at < now_ ? now_ : at);
  }

  /// Resumes everything that is ready, then at most one timer due at or before `limit`, for which
  /// now() advances. False when nothing was left to do.
  bool step(Time limit);

  /// Runs until nothing is due at or before `limit`; now() ends at `limit`.
  void run_until(Time limit);

  /// When something is next due: now() if the ring is not empty, time_max if nothing is.
  Time next_due() const { return ready_.empty() ? wheel_.peek() : now_; }

  /// For a driver on a real clock: moves now() forward without firing anything.
  void advance(Time now) { now_ = now < now_ ? now_ : now; }

  /// Runs `handle` and its trampoline on `node`, at once. For drivers and for starting a task.
  void resume(std::coroutine_handle<> handle, Node& node);

 private:
  friend class Node;
  void dispatch(Waiter& waiter);

  Run& run_;
  Time now_{};
  std::uint64_t events_ = 0;
  Node root_;
  Node* current_ = &root_;
  LinkList ready_;
  TimingWheel wheel_;
};

/// `co_await sleep(loop, d)`.
class Sleep {
 public:
  Sleep(Loop& loop, Time until) : loop_(loop), until_(until) {}
  Sleep(const Sleep&) = delete;
  Sleep& operator=(const Sleep&) = delete;
  ~Sleep() { waiter_.unlink(); }

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) noexcept {
    waiter_.handle = handle;
    waiter_.node = &loop_.node();
    loop_.arm(waiter_, until_);
  }
  void await_resume() const noexcept {}

 private:
  Loop& loop_;
  Time until_;
  Waiter waiter_;
};

inline Sleep sleep(Loop& loop, Duration d) { return Sleep(loop, loop.now() + d); }
inline Sleep sleep_until(Loop& loop, Time t) { return Sleep(loop, t); }

}  // namespace wavetank
