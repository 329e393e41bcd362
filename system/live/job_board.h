#pragma once
// JobBoard: the jobs whose drivers run in this process. A name is started once: whoever starts it
// again, while it runs or after, is told the same job. The board dies with its process, and the
// names with it.

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "system/base/signal.h"
#include "system/live/live_env.h"
#include "system/ports/compute.h"

namespace wavetank::live {

struct LiveJob {
  LiveJob(Loop& loop, Node& node) : group(loop, node) {}
  JobId id;
  JobName name;
  OutputId output;
  std::uint32_t driver = 0;
  std::optional<Taken<verb::AcquireSlot>> waiting;
  EventId cause = 0;
  bool doomed = false;
  TaskGroup group;
};

class JobBoard {
 public:
  /// `buried` is told of each job that is over, however it ended, before it is destroyed.
  JobBoard(LiveEnv& env, std::function<void(LiveJob&)> buried);

  /// The job that a name stands for, in every process: it grows with the epoch, and a process can
  /// be launched 31 times. None for a name beyond that.
  static std::optional<JobId> id_of(JobName name);

  /// Starts the job on `node` unless its name is known. Null where it is.
  LiveJob* start(JobSpec spec, std::uint32_t driver, Node& node, const DriverHandler& handler);
  LiveJob* find(JobId job) const;
  JobStatus status(JobName name) const;
  /// Ends the job as the next event. Unknown names are fine.
  void kill(JobName name);
  /// The node of a driver has died: its jobs with it, and the names that it knew.
  void crash(std::uint32_t driver);
  bool empty() const { return jobs_.empty(); }
  /// Ends all jobs; for the end of a run.
  void stop();

 private:
  Task<void> drive(LiveJob* job, JobSpec spec, DriverHandler handler);
  void doom(LiveJob& job);
  Task<void> reap();
  void remember(const LiveJob& job);

  LiveEnv& env_;
  std::function<void(LiveJob&)> buried_;
  std::map<JobId, std::unique_ptr<LiveJob>> jobs_;
  std::map<JobId, std::uint32_t> finished_;  // the driver of each that is over, for a while
  std::deque<JobId> oldest_;                 // of finished_, in the order in which they ended
  std::deque<JobId> doomed_;
  Signal dying_;
  TaskGroup tasks_;
};

}  // namespace wavetank::live
