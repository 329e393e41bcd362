#pragma once
// Machine: one computer that everything of a small platform shares. What a call costs in processor
// time, over all processes that take part in it, is served by the machine's cores: processor
// sharing, at most one core a call. Some of it is spent aside: it takes a core from others, but the
// call does not wait for it; and a call may cost less where more of the cores are busy. Who must be
// woken while all cores are busy waits in their run queue: cores share in slices of time, not in
// ever smaller parts of it. A
// transaction that changes something then waits for a flush of the disk that it shares with all
// others (group commit), and what else it waits for is drawn.
//
// Now and then the machine stands still, as recorded. `wavetank calibrate` fits all of it; without
// a machine every service has hardware of its own and nothing here happens.
//
// Group commit: DeWitt et al., "Implementation techniques for main memory database systems",
// SIGMOD 1984. Demand by the utilisation law: Denning and Buzen, "The operational analysis of
// queueing network models", ACM Computing Surveys 10(3), 1978.

#include <memory>
#include <vector>

#include "sim/random/sampler.h"
#include "sim/world/alarm.h"
#include "sim/world/models/shared_resource.h"
#include "sim/world/settings.h"
#include "system/base/task_group.h"
#include "system/ports/call.h"
#include "system/ports/resources.h"

namespace wavetank::sim {

class Machine {
  struct Work;

 public:
  /// `settings` must outlive it.
  Machine(Loop& loop, TaskGroup& root, const MachineSettings& settings, std::uint64_t seed);
  ~Machine();

  bool exists() const { return settings_.cores > 0; }
  /// Whether it knows what such calls cost. Those meet no other network or service time.
  bool covers(Op op) const { return (covered_ & mask_of(op)) != 0; }
  OpMask covered() const { return covered_; }

  /// `co_await machine.spend(call, factor)`: ready at once where the op is not covered. Destroying
  /// the frame that waits gives up what it still lacked.
  class Spend {
   public:
    Spend(Machine& machine, const Call& call, double factor)
        : machine_(machine), call_(call), factor_(factor) {}
    Spend(const Spend&) = delete;
    Spend& operator=(const Spend&) = delete;
    ~Spend() {
      if (work_ != nullptr) machine_.end(*work_);
    }
    bool await_ready() const noexcept { return !machine_.covers(call_.op); }
    void await_suspend(std::coroutine_handle<> handle) {
      work_ = machine_.begin(call_, factor_, handle);
    }
    void await_resume() const noexcept {}

   private:
    Machine& machine_;
    const Call& call_;
    double factor_;
    Work* work_ = nullptr;  // apart, so that frames stay small where there is no machine
  };
  Spend spend(const Call& call, double factor) { return Spend(*this, call, factor); }

  /// Core seconds in use, the cores, and calls that are served.
  ResourceSample sample() const;

 private:
  struct Work : Flow, Link {
    const Call* call = nullptr;  ///< null: aside of one
    double factor = 1;
    Duration queued{};  ///< in the run queue
    Waiter waiter;
    static void* operator new(std::size_t bytes) { return Run::current()->frames().take(bytes); }
    static void operator delete(void* memory, std::size_t bytes) noexcept {
      Run::current()->frames().give(memory, bytes);
    }
  };
  struct Cost {
    Duration cpu{}, aside{};
    double economy = 0;
    std::int64_t wakeups = 0;
    std::unique_ptr<Sampler> delay;
  };

  Work* begin(const Call& call, double factor, std::coroutine_handle<> handle);
  void compute(Work& work, Duration cpu, double factor);
  double busy_share() const;
  Entropy entropy_of(const Call& call, Purpose purpose);
  Duration run_queue_wait(const Call& call, std::int64_t wakeups);
  void computed(Work& work);
  void wait(Work& work);
  void end(Work& work);
  void flush();
  void retune();
  Task<void> pump();
  Task<void> keep_flushing();
  Task<void> stand_still();

  Loop& loop_;
  const MachineSettings& settings_;
  std::uint64_t seed_;
  OpMask covered_ = 0;
  std::vector<Cost> costs_;  ///< by op
  Sampler commit_, pause_, run_queue_;
  mutable SharedResource cores_;  ///< a byte is a nanosecond of one core
  Alarm done_, flushed_;
  LinkList committing_, flushing_, asides_;
  std::uint64_t flushes_ = 0;
  std::uint64_t unowned_ = 0;
  bool still_ = false;
};

}  // namespace wavetank::sim
