#pragma once
// Servers with a queue in front: c permits under a discipline, with utilisation and waits measured.
// Whoever holds a permit decides how long; a permit given to a dead frame goes back.

#include <coroutine>

#include "sim/world/meter.h"
#include "system/base/queue_discipline.h"
#include "system/ports/call.h"

namespace wavetank::sim {

class Servers {
 public:
  Servers(Loop& loop, std::int64_t servers, Discipline discipline = Discipline::fifo)
      : loop_(loop), meter_(loop, servers), queue_(discipline) {}

  class Enter : QueuedJob {
   public:
    Enter(Servers& owner, Priority urgency) : owner_(owner) { priority = urgency; }
    Enter(const Enter&) = delete;
    Enter& operator=(const Enter&) = delete;
    ~Enter() {
      if (queued()) {
        owner_.queue_.erase(*this);
        owner_.meter_.wait(-1);
      }
      if (given_) owner_.leave();
    }
    bool await_ready() noexcept {
      if (owner_.meter_.in_use() >= owner_.meter_.capacity()) return false;
      owner_.meter_.use(1);
      owner_.meter_.waited(Duration{});
      return true;
    }
    void await_suspend(std::coroutine_handle<> handle) {
      waiter_.handle = handle;
      waiter_.node = &owner_.loop_.node();
      owner_.queue_.push(*this, owner_.loop_.now());
      owner_.meter_.wait(1);
    }
    void await_resume() noexcept { given_ = false; }

   private:
    friend class Servers;
    template <class Job>
    friend class ::wavetank::JobQueue;
    Servers& owner_;
    Waiter waiter_;
    bool given_ = false;
  };

  /// `co_await servers.enter(priority)`, then work, then leave().
  Enter enter(Priority priority = Priority::p1) { return Enter(*this, priority); }

  void leave() {
    if (meter_.in_use() > meter_.capacity() || queue_.empty()) {
      meter_.use(-1);
      return;
    }
    Enter* next = queue_.pop();
    meter_.wait(-1);
    meter_.waited(loop_.now() - next->enqueued);
    next->given_ = true;
    loop_.post(next->waiter_);
  }

  Meter& meter() { return meter_; }
  const Meter& meter() const { return meter_; }
  std::size_t waiting() const { return queue_.size(); }

 private:
  Loop& loop_;
  Meter meter_;
  JobQueue<Enter> queue_;
};

}  // namespace wavetank::sim
