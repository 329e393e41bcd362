#pragma once
// FileDataset: the work itself, with real rows. A map task reads its split out of the object store
// and leaves shuffle files on local disk; a reduce task reads its slices, groups them within the
// memory that it was granted, spills what does not fit, and encodes its part.
//
// Verbs run on threads of their own, as many as the process has slots. An attempt that ends stops
// them within a block of rows, and its files go with it. What a verb replies is what it moved.
//
// A worker that Hosts slows by a factor takes so many times as long: a verb that has worked for t
// answers (factor - 1) t later.

#include <atomic>
#include <map>

#include "system/live/attempts.h"
#include "system/live/live_env.h"
#include "system/live/object_client.h"
#include "system/live/pending_calls.h"
#include "system/live/session_pool.h"
#include "system/live/dataset/task_work.h"
#include "system/ports/dataset.h"

namespace wavetank::live {

/// What the rows of all jobs are like, and how workers treat them: from the scenario's settings.
struct WorkShape {
  InputShape input;          ///< its hot share is that of no fault: 0 as a rule
  double expansion = 3;      ///< bytes in memory for a serialized byte
  std::int64_t merge_fan_in = 10;
};

class FileDataset final : public Dataset {
 public:
  FileDataset(LiveEnv& env, Attempts& attempts, const WorkShape& shape);
  ~FileDataset() override { stopping_ = true; }

  /// By what map tasks really shuffled, where learn() was told; else even but for the hot key.
  std::unique_ptr<Partitioning> partition(const Ticket& ticket, Bytes total,
                                          std::uint32_t partitions) const override;
  /// What the table of a task that has fetched really did: the other arguments are not looked at.
  SpillPlan plan_spill(const Slot& slot, Bytes serialized, double expansion, Bytes memory,
                       std::int64_t fan_in) const override;

  /// In the driver's process: a map of this output's job has left so many bytes for each reduce
  /// partition (LiveAttempt::shuffled at its worker). A map that runs again replaces its figures.
  void learn(OutputId output, std::uint32_t map, const std::vector<std::int64_t>& bytes);
  /// The output's job has ended.
  void forget(OutputId output) { learned_.erase(output); }

  /// One key holds `share` of the rows of the jobs that `ratio` hits; 0 restores.
  void hot_key(double share, double ratio, EventId cause);
  /// Makes the inputs that requests of so many bytes read, hot ones too while hot_key() is on;
  /// `done` is called on the loop's thread.
  void prepare(Bytes input, std::function<void(Result<Done>)> done);

  const std::string& last_error() const { return last_error_; }
  std::size_t in_use() const { return pool_.busy(); }
  PoolUse use() const { return pool_.use(); }

 private:
  using Pool = SessionPool<ObjectClient>;

  void submit(Call& call) override;
  template <class V>
  void begin(Call& call);
  template <class V>
  Task<void> answer_late(std::uint64_t number, Result<Moved> moved, Duration by);
  void grant(Call& call);
  std::shared_ptr<TaskWork> work_of(LiveAttempt& attempt);
  InputData input_of(OutputId output) const;
  bool hot(OutputId output) const;

  FoldLimits limits_of(const LiveAttempt& attempt) const;

  LiveEnv& env_;
  Attempts& attempts_;
  WorkShape shape_;
  double hot_share_ = 0;
  double hot_ratio_ = 0;
  EventId hot_cause_ = 0;
  std::map<OutputId, std::map<std::uint32_t, std::vector<std::int64_t>>> learned_;
  std::string last_error_;
  std::atomic<bool> stopping_{false};
  PendingCalls pending_;
  Pool pool_;  // dies first: its threads use the others
};

}  // namespace wavetank::live
