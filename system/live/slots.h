#pragma once
// Slots: the worker processes of this driver's share and who may run on them next. A free slot goes
// to the waiting job that runs on the fewest slots for its weight; ties go to the one that names
// the earlier time, then to the one served longest ago. Drivers divide the workers among them by
// number, so that no two give the same slot.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "system/base/ids.h"
#include "system/base/time.h"

namespace wavetank::live {

/// One worker process as its driver sees it.
struct Executor {
  std::uint32_t id = 0;           ///< the worker's number
  std::uint32_t driver = 0;       ///< the driver that it works for
  NodeId node;
  std::string name, address;
  std::int64_t free = 0;
  std::uint32_t incarnation = 0;  ///< counts its deaths
  bool alive = false;             ///< it has answered, and has not been lost since
  bool looked_at = false;         ///< it has been asked at least once in its driver's life
  std::uint64_t life = 0;         ///< of its process, as it last said
  std::uint64_t served = 0;       ///< the number of the grant that used it last
};

class Slots {
 public:
  struct Grant {
    JobId job;
    std::uint32_t executor = 0;
  };

  void add_executor(Executor executor) { executors_.push_back(std::move(executor)); }
  void add_job(JobId job, std::uint32_t driver, std::uint32_t weight);
  /// It wants no more slots; those it holds are given back one by one.
  void remove_job(JobId job);
  /// The job waits for one slot, not on node `avoid` if another node has one. Of equals the earlier
  /// `since` comes first.
  void want(JobId job, NodeId avoid, Time since = {});
  /// The next grant, where a slot is free for someone who waits. The slot is taken. None while a
  /// worker of the driver has not been asked whether it is there: the first would get everything.
  std::optional<Grant> grant();
  void give_back(JobId job, std::uint32_t executor);

  /// It has answered: its free slots can be given.
  void revive(Executor& executor) { executor.alive = true; }
  /// It has died. False where that is known already.
  bool lose(Executor& executor);

  Executor& executor(std::uint32_t id) { return executors_[id]; }
  const Executor& executor(std::uint32_t id) const { return executors_[id]; }
  std::vector<Executor>& executors() { return executors_; }
  const std::vector<Executor>& executors() const { return executors_; }
  std::uint64_t losses() const { return losses_; }

 private:
  struct Share {
    std::uint32_t driver = 0;
    std::uint32_t weight = 1;
    std::int64_t running = 0;
    std::uint64_t served = 0;
    bool waiting = false;
    NodeId avoid;
    Time since;
  };
  /// Whether `a` comes before `b`.
  static bool before(const Share& a, const Share& b);
  Executor* free_executor(std::uint32_t driver, NodeId avoid);

  std::vector<Executor> executors_;
  std::map<JobId, Share> jobs_;
  std::uint64_t grants_ = 0;
  std::uint64_t losses_ = 0;
};

}  // namespace wavetank::live
