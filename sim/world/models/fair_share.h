#pragma once
// Fair sharing between jobs: a free slot goes to the job that runs on the fewest slots for its
// weight and still has tasks waiting; ties go to the one that names the earlier time, then to the
// one served longest ago, then to the lower id. O(log n) a change. A job is named by a handle that
// is recycled once it is removed.

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/world/models/indexed_heap.h"
#include "system/base/ids.h"
#include "system/base/time.h"

namespace wavetank::sim {

class FairShare {
 public:
  using Handle = std::uint32_t;

  /// `id` breaks ties and is what pick() answers with.
  Handle add(JobId id, std::uint32_t weight = 1);
  /// The job is gone, with what it still wants and what it runs.
  void remove(Handle job);

  /// `tasks` more tasks of the job wait for a slot. Of equals the earlier `since` comes first.
  void want(Handle job, std::int64_t tasks = 1, Time since = {});
  /// Tasks that waited no longer do; at most as many as wait.
  void withdraw(Handle job, std::int64_t tasks = 1);
  /// The job whose turn it is gets one slot, for one of its waiting tasks.
  std::optional<Handle> pick();
  /// The same among the jobs for which `suits(handle)` holds, O(log n) for each one passed over.
  template <class Suits>
  std::optional<Handle> pick_where(const Suits& suits);
  /// The job whose turn it is, without giving it the slot.
  std::optional<Handle> next() const;
  /// Gives the job a slot out of turn, as locality or a speculative copy may.
  void take(Handle job);
  /// One of the job's tasks has given its slot back.
  void finished(Handle job);

  JobId id(Handle job) const { return jobs_[job].id; }
  std::int64_t waiting(Handle job) const { return jobs_[job].waiting; }
  std::int64_t running(Handle job) const { return jobs_[job].running; }
  /// Jobs that want a slot.
  std::size_t hungry() const { return heap_.size(); }

 private:
  struct Job {
    JobId id;
    std::uint32_t weight = 1;
    std::int64_t waiting = 0;
    std::int64_t running = 0;
    Time since;
    std::uint64_t served = 0;  // the number of the pick that served it last
  };
  struct Entry {
    Time since;
    std::uint64_t served;
    std::uint32_t running;
    std::uint32_t weight;
    std::uint32_t id;
    Handle job;
    bool operator<(const Entry& o) const {
      const std::uint64_t mine = std::uint64_t{running} * o.weight;
      const std::uint64_t other = std::uint64_t{o.running} * weight;
      if (mine != other) return mine < other;
      if (since != o.since) return since < o.since;
      return served != o.served ? served < o.served : id < o.id;
    }
  };

  void refile(Handle job);
  void set_aside(Handle job);

  std::vector<Job> jobs_;
  std::vector<std::uint32_t> positions_;  // by job, in the heap
  std::vector<Handle> free_;
  IndexedHeap<Entry> heap_;  // the jobs with waiting tasks
  std::uint64_t picks_ = 0;
};

template <class Suits>
std::optional<FairShare::Handle> FairShare::pick_where(const Suits& suits) {
  std::vector<Handle> passed_over;
  std::optional<Handle> job = next();
  while (job && !suits(*job)) {
    set_aside(*job);
    passed_over.push_back(*job);
    job = next();
  }
  if (job) take(*job);
  for (const Handle other : passed_over) refile(other);
  return job;
}

}  // namespace wavetank::sim
