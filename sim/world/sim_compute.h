#pragma once
// SimCompute: jobs on driver nodes, a serial scheduler that shares slots fairly between jobs, and
// task attempts on executors.
//
// Ending an attempt or a job from outside is an event of its own: it is marked, and the reaper
// destroys it with its next step.

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "sim/world/serving.h"
#include "sim/world/models/fair_share.h"
#include "sim/world/models/hash_index.h"
#include "sim/world/workers.h"
#include "system/base/signal.h"

namespace wavetank::sim {

struct SimJob;

/// One attempt under way. What it does runs in its own group, so that killing it is destroying
/// that.
struct SimAttempt {
  static void* operator new(std::size_t bytes) { return Run::current()->frames().take(bytes); }
  static void operator delete(void* memory, std::size_t bytes) noexcept {
    Run::current()->frames().give(memory, bytes);
  }
  SimAttempt(SimJob* job, Executor& host, Loop& loop, Node& node)
      : job(job), executor(&host), granted(loop), group(loop, node) {
    by_job.attempt = by_executor.attempt = this;
  }
  struct Entry : Link {
    SimAttempt* attempt = nullptr;
  };
  SimJob* job;
  Executor* executor;
  std::uint32_t handle = 0;
  std::optional<Taken<verb::RunAttempt>> call;  // from its start to its end
  const TaskSpec& task() const { return (*call)->args.task; }
  Entry by_job, by_executor;
  std::optional<Failure> doomed;  // to be ended by the reaper, as this
  bool over = false;
  MemoryTask memory = 0;          // its name in the executor's pool
  Signal granted;
  Bytes grant{};
  TaskGroup group;
};

struct SimJob {
  SimJob(Loop& loop, Node& node) : group(loop, node) {}
  JobId id;
  JobName name;
  JobSpec spec;
  NodeId driver;
  FairShare::Handle share = 0;
  std::optional<Taken<verb::AcquireSlot>> waiting;
  std::vector<std::pair<WorkerNode*, Bytes>> stored;  // shuffle files, where disks have a size
  LinkList attempts;
  EventId cause = 0;
  bool doomed = false;
  TaskGroup group;
};

class SimCompute final : public Compute {
 public:
  SimCompute(Env& env, Workers& workers);

  void release(Slot slot) override;
  void kill_attempt(AttemptKey key) override;
  void report(JobId job, EventId cause) override;
  void serve_drivers(Node& node, DriverHandler handler) override;
  void serve_workers(WorkerHandler handler) override { worker_ = std::move(handler); }
  std::uint32_t incarnation(std::uint32_t executor) const override;
  std::uint64_t losses() const override { return workers_.losses(); }
  NodeId server() const override { return server_; }

  /// Ends all jobs and attempts; for the end of a run.
  void stop();
  SimAttempt* attempt(std::uint32_t handle) { return attempts_[handle].get(); }
  /// The executor dies: its tasks fail with `why`, as the reaper's next event.
  void lose_executor(Executor& executor, Failure why);
  Servers& scheduler() { return scheduler_; }
  std::size_t jobs() const { return index_.size(); }
  bool idle() const { return index_.size() == 0; }

 private:
  void submit(Call& call) override;
  Task<void> start(Taken<verb::StartJob> call);
  Task<void> drive(SimJob* job);
  Task<void> observe(Taken<verb::ObserveJob> call);
  Task<void> kill(Taken<verb::KillJob> call);
  void want_slot(Taken<verb::AcquireSlot> call);
  void run_attempt(Taken<verb::RunAttempt> call);
  Task<void> run(SimAttempt* attempt);
  void end(SimAttempt& attempt, Result<TaskReport> report);
  void bury(SimJob& job);
  Task<void> schedule();
  bool grant_one();
  Task<void> reap();
  void node_died(NodeId node);
  NodeId pick_driver(JobId job) const;
  SimJob* job(JobId id) const;
  std::uint32_t weight(Priority priority) const;
  SimAttempt& make_attempt(SimJob* job, Executor& executor);

  Env& env_;
  Workers& workers_;
  NodeId server_;
  WorkerHandler worker_;
  std::map<NodeId, DriverHandler> drivers_;
  std::uint32_t last_job_ = 0;
  std::vector<std::unique_ptr<SimJob>> jobs_;  // by their handle in fair_
  HashIndex index_;                            // of jobs_, by id
  std::map<std::pair<std::uint32_t, std::uint32_t>, JobId> names_;
  FairShare fair_;
  Servers scheduler_;
  Signal hungry_;
  Signal doomed_;
  std::vector<std::uint32_t> doomed_attempts_;
  std::vector<JobId> doomed_jobs_;
  std::vector<std::uint32_t> free_handles_;
  std::vector<std::unique_ptr<SimAttempt>> attempts_;
};

}  // namespace wavetank::sim
