#pragma once
// The driver: one job from its plan to its callback. Stages over partitions, then validation, the
// manifest, and the report of how it ended.

#include "system/callbacks.h"
#include "system/stage.h"
#include "system/validator.h"
#include "system/worker.h"

namespace wavetank::service {

struct DriverSettings {
  std::int64_t hosts = 2;
  Bytes split = mib(128);
  Bytes reduce_split = mib(512);
  std::int64_t reducers_max = 999;
  TaskSettings tasks;

  void describe(Fields& f);
  void disarm() { tasks.disarm(); }
};

/// How many tasks a workload becomes. Maps: one a split, at least one. Reducers: none without a
/// shuffle, else one a reduce split, up to the maximum.
std::uint32_t map_tasks(const DriverSettings& settings, Bytes input);
std::uint32_t reduce_tasks(const DriverSettings& settings, Bytes shuffle);

/// Hosts drivers on one node.
class Driver final : public Hosted {
 public:
  Driver(World& world, Node& node, TaskGroup& group, const DriverSettings& settings,
         const WorkerSettings& worker, const OutputSettings& outputs,
         const CallbackSettings& callbacks, const DependencySettings& database);

 private:
  Task<Result<Done>> drive(JobId job, JobSpec spec);
  Task<Result<Tally>> compute(JobId job, JobSpec spec);
  Task<Result<Done>> claim(JobSpec spec);
  Task<void> report(JobId job, JobSpec spec, ProcessState outcome);
  StagePlan plan(JobId job, const JobSpec& spec) const;
  Event event(EventKind kind, JobId job, const JobSpec& spec) const;

  World& world_;
  Node& node_;
  const DriverSettings& settings_;
  const WorkerSettings& worker_;
  const OutputSettings& outputs_;
  const CallbackSettings& callbacks_;
  Dependency database_;
  Validator validator_;
};

}  // namespace wavetank::service
