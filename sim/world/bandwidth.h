#pragma once
// A bandwidth as a resource of the simulated world: `co_await link.transfer(bytes)` lasts as long
// as processor sharing with all other transfers makes it last. One timer, whatever the load.

#include "sim/world/alarm.h"
#include "sim/world/models/shared_resource.h"
#include "system/base/task_group.h"
#include "system/ports/resources.h"

namespace wavetank::sim {

class SharedLink {
 public:
  SharedLink(Loop& loop, TaskGroup& group, Bandwidth capacity)
      : loop_(loop), model_(capacity), alarm_(loop), capacity_(capacity.bytes_per_s) {
    group.spawn(pump());
  }

  class Transfer : public Flow {
   public:
    Transfer(SharedLink& link, Bytes bytes) : link_(link), bytes_(bytes) {}
    ~Transfer() {
      if (in_progress()) link_.cancel(*this);
    }
    /// Starts it before it is awaited, so that two transfers can go on at once.
    void begin() {
      begun_ = true;
      if (bytes_.count <= 0) return;
      link_.model_.start(link_.loop_.now(), *this, bytes_);
      link_.alarm_.set(link_.model_.next_completion());
    }
    bool await_ready() const noexcept { return bytes_.count <= 0 || (begun_ && !in_progress()); }
    void await_suspend(std::coroutine_handle<> handle) {
      waiter_.handle = handle;
      waiter_.node = &link_.loop_.node();
      if (!begun_) begin();
    }
    void await_resume() const noexcept {}

   private:
    friend class SharedLink;
    SharedLink& link_;
    Bytes bytes_;
    bool begun_ = false;
    Waiter waiter_;
  };

  /// Cancelled by destroying the frame that waits.
  Transfer transfer(Bytes bytes) { return Transfer(*this, bytes); }

  /// Runs at `share` of its capacity from now on; 0 stalls it.
  void set_share(double share);

  ResourceSample sample();
  std::size_t flows() const { return model_.flows(); }

 private:
  Task<void> pump();
  void cancel(Transfer& transfer);

  Loop& loop_;
  SharedResource model_;
  Alarm alarm_;
  std::int64_t capacity_;
};

}  // namespace wavetank::sim
