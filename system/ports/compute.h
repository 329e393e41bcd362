#pragma once
// Compute: jobs, each with a driver, and task attempts on slots of executors.

#include <functional>

#include "system/ports/database.h"
#include "system/ports/port.h"
#include "system/ports/task.h"

namespace wavetank {

struct JobSpec {
  ProcessRecord record;
  std::uint32_t epoch = 1;
  Time launched;
};

enum class JobState : std::uint8_t { unknown, running, finished };

/// A job is named by its process and launch, so that starting it twice starts it once.
struct JobName {
  ProcessId process;
  std::uint32_t epoch = 0;
};

struct JobStatus {
  JobState state = JobState::unknown;
  EventId cause = 0;  ///< what holds it up, as its driver last reported
};

/// Runs one job on its driver's node and says how it ended.
using DriverHandler = std::function<Task<Result<Done>>(JobId, JobSpec, Node&)>;
/// Runs one attempt on a worker's node. It dies with its executor, and the spec lives longer.
using WorkerHandler = std::function<Task<Result<TaskReport>>(const TaskSpec*, Slot, Node&)>;

namespace verb {

struct StartJob {
  static constexpr Op op = Op::compute_start_job;
  using Args = JobSpec;
  using Reply = JobId;
};

struct ObserveJob {
  static constexpr Op op = Op::compute_observe_job;
  using Args = JobName;
  using Reply = JobStatus;
};

struct KillJob {
  static constexpr Op op = Op::compute_kill_job;
  using Args = JobName;
  using Reply = Done;
};

struct AcquireSlot {
  static constexpr Op op = Op::compute_slot;
  struct Args {
    JobId job;
    NodeId avoid;          ///< not on this node, where valid
    /// Of the jobs that have the same claim the one with the earlier `since` comes first; where
    /// that is the same, the one that was served longest ago.
    Time since;
  };
  using Reply = Slot;
};

struct RunAttempt {
  static constexpr Op op = Op::compute_attempt;
  struct Args {
    Slot slot;
    TaskSpec task;
  };
  using Reply = TaskReport;  ///< executor_lost, out_of_memory, disk_full, throttled, killed ...
};

}  // namespace verb

/// Work of a job that ended elsewhere: a copy that won, a job that is over.
struct AttemptKey {
  JobId job;
  std::uint16_t stage = 0;
  std::uint16_t attempt = 0;
  std::uint32_t partition = 0;
};

class Compute : public Port {
 public:
  using Port::Port;

  CallAwaiter<verb::StartJob> start_job(Node& from, JobSpec spec, const CallInfo& info) {
    return ask<verb::StartJob>(from, std::move(spec), info);
  }
  CallAwaiter<verb::ObserveJob> observe_job(Node& from, JobName job, const CallInfo& info) {
    return ask<verb::ObserveJob>(from, job, info);
  }
  CallAwaiter<verb::KillJob> kill_job(Node& from, JobName job, const CallInfo& info) {
    return ask<verb::KillJob>(from, job, info);
  }
  /// One at a time a job: a free slot goes to the waiting job that runs on the fewest for its
  /// weight.
  CallAwaiter<verb::AcquireSlot> slot(Node& from, verb::AcquireSlot::Args args,
                                      const CallInfo& info) {
    return ask<verb::AcquireSlot>(from, args, info);
  }
  /// Runs on the slot and gives it back at the end, however it ends.
  CallAwaiter<verb::RunAttempt> run(Node& from, verb::RunAttempt::Args args,
                                    const CallInfo& info) {
    return ask<verb::RunAttempt>(from, args, info);
  }

  /// Gives back a slot that was not used.
  virtual void release(Slot slot) = 0;
  /// Ends an attempt that runs, as its next event; it then fails with killed. None is fine.
  virtual void kill_attempt(AttemptKey key) = 0;
  /// What holds a job up, for whoever observes it.
  virtual void report(JobId job, EventId cause) = 0;
  /// This node takes drivers until it crashes.
  virtual void serve_drivers(Node& node, DriverHandler handler) = 0;
  virtual void serve_workers(WorkerHandler handler) = 0;
  /// Counts up each time an executor dies: the map outputs that it held are gone.
  virtual std::uint32_t incarnation(std::uint32_t executor) const = 0;
  /// How many executors have died in all: nothing was lost while it stands still.
  virtual std::uint64_t losses() const = 0;
  virtual NodeId server() const = 0;

 private:
  template <class V>
  CallAwaiter<V> ask(Node& from, typename V::Args args, const CallInfo& info) {
    return CallAwaiter<V>(*this, make<V>(from, server(), std::move(args), info));
  }
};

}  // namespace wavetank
