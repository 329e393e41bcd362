#pragma once
// A Cluster is what contracts of compute and dataset share: drivers that run until they are told to
// end, and workers that do as the body says.

#include <functional>
#include <set>
#include <utility>
#include <vector>

#include "system/base/signal.h"
#include "tests/contract/trial.h"

namespace wavetank::contract {

class Cluster {
 public:
  explicit Cluster(Trial& trial) : t(trial), told_(trial.world().loop()) {
    const Boot boot = [this](Node& node, TaskGroup&) -> std::unique_ptr<Hosted> {
      t.world().compute().serve_drivers(node, [this](JobId job, JobSpec, Node&) {
        drives.push_back(job);
        return drive(*this, job);
      });
      return nullptr;
    };
    driver_node = t.host("drivers/0", boot).id();
    t.world().compute().serve_workers([this](const TaskSpec* task, Slot slot, Node& node) {
      return work(task, slot, node);
    });
    t.boot();
  }

  Compute& compute() const { return t.world().compute(); }

  auto start(std::uint32_t process, std::uint32_t epoch = 1, Duration within = whole_seconds(30)) {
    JobSpec spec;
    spec.record.process = ProcessId{process};
    spec.record.ticket.output = OutputId{process};
    spec.epoch = epoch;
    return t.ask([&] { return compute().start_job(t.caller(), spec, t.info(within)); });
  }
  /// A job whose driver runs.
  JobId running(std::uint32_t process) {
    const JobId job = *start(process);
    const std::size_t before = drives.size();
    REQUIRE(t.wait_for([&] { return drives.size() > before || driven(job); }));
    return job;
  }
  bool driven(JobId job) const {
    return std::find(drives.begin(), drives.end(), job) != drives.end();
  }
  void end(JobId job) {
    ended_.insert(job);
    told_.notify_all();
  }
  auto observe(std::uint32_t process, std::uint32_t epoch = 1) {
    const JobName name{ProcessId{process}, epoch};
    return t.ask([&] { return compute().observe_job(t.caller(), name, t.info()); });
  }
  bool runs(std::uint32_t process, std::uint32_t epoch = 1) {
    const auto status = observe(process, epoch);
    return status.ok() && status->state == JobState::running;
  }

  auto slot_call(JobId job, NodeId avoid = NodeId(), Time since = {}) {
    verb::AcquireSlot::Args args;
    args.job = job;
    args.avoid = avoid;
    args.since = since;
    return t.begin([this, args] {
      return compute().slot(t.caller(), args, t.info(Trial::patience));
    });
  }
  Slot slot(JobId job, NodeId avoid = NodeId()) {
    const auto got = t.finish(slot_call(job, avoid));
    REQUIRE(got.ok());
    return *got;
  }
  auto attempt_call(JobId job, Slot slot, std::uint32_t partition = 0) {
    verb::RunAttempt::Args args;
    args.slot = slot;
    args.task.job = job;
    args.task.partition = partition;
    args.task.rows_in = 70;
    return t.begin([this, args] {
      return compute().run(t.caller(), args, t.info(Trial::patience));
    });
  }
  auto attempt(JobId job, Slot slot) { return t.finish(attempt_call(job, slot)); }

  Trial& t;
  NodeId driver_node;
  std::vector<JobId> drives;  ///< of each driver that began
  std::vector<JobId> ends;    ///< of each that came to its own end
  /// What an attempt does on a worker.
  std::function<Task<Result<TaskReport>>(const TaskSpec*, Slot, Node&)> work;

 private:
  static Task<Result<Done>> drive(Cluster& cluster, JobId job) {
    while (!cluster.ended_.contains(job)) co_await cluster.told_.wait();
    cluster.ends.push_back(job);
    co_return Done{};
  }

  Signal told_;
  std::set<JobId> ended_;
};

/// Runs a body against the cluster of each world.
template <class Body>
void on_each_cluster(Body body) {
  on_each_world([&](Trial& t) {
    Cluster cluster(t);
    body(t, cluster);
  });
}

}  // namespace wavetank::contract
