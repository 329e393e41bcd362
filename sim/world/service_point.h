#pragma once
// One replica of a station: its servers, the queue before them, what it caches. Times of service
// are drawn for the request, its visit and its try, so that they are the same whatever else
// happens; work stands still while the node is paused, and what is inside dies with the node.

#include <map>
#include <memory>
#include <string>

#include "sim/world/alarm.h"
#include "sim/world/env.h"
#include "sim/world/meter.h"
#include "sim/world/models/lru_ttl_cache.h"
#include "sim/world/models/shared_resource.h"
#include "system/base/little.h"
#include "system/base/queue_discipline.h"
#include "system/ports/station.h"

namespace wavetank::sim {

/// What the replicas of a station share.
struct OpenStation {
  OpenStation(const StationSpec& of, std::uint32_t its_number)
      : spec(of), number(its_number), law(of.service), purpose("station." + of.name) {}

  StationSpec spec;
  std::uint32_t number;
  Sampler law;
  Purpose purpose;
  LittleBook book;
  StationObserver* observer = nullptr;
  WaitSink* waits = nullptr;
};

class ServicePoint {
 public:
  /// `replica` counts those of the station from 0.
  ServicePoint(Env& env, Port& port, OpenStation& station, NodeId node, std::uint64_t replica);
  /// Lets go of the calls that are inside; their tasks have been cancelled.
  ~ServicePoint();
  ServicePoint(const ServicePoint&) = delete;
  ServicePoint& operator=(const ServicePoint&) = delete;

  void take(CallOf<verb::Visit>& call);
  /// False where the cache has no room.
  bool fill(std::uint64_t key);
  void handle(StationHandler handler) { handler_ = std::move(handler); }
  void flush() { cache_.flush(); }
  /// While stale the cache expires nothing and takes no new value for what it holds.
  void set_stale(bool stale) { stale_since_ = stale ? env_.now() : time_max; }

  void crashed();
  void restarted();

  ResourceSample sample() const;
  /// How long those now inside have stayed so far, added up one by one.
  Int128 residual() const;

 private:
  using End = Departure::End;

  struct Job : QueuedJob, Link {
    CallOf<verb::Visit>* call = nullptr;
    Time arrived{};
    Duration wait{};
    bool hit = false;
    struct Portion : Flow {
      Job* job = nullptr;
    } portion;
    std::uint64_t number = 0;  ///< of those that came to this replica
    static void* operator new(std::size_t bytes) { return Run::current()->frames().take(bytes); }
    static void operator delete(void* memory, std::size_t bytes) {
      Run::current()->frames().give(memory, bytes);
    }
  };

  bool up() const { return env_.hosts.up(node_); }
  bool sharing() const { return station_.spec.discipline == Sharing::ps; }
  bool room() const { return spec_.servers == 0 || in_service_ < spec_.servers; }
  /// Time as the node lives through it: it stops while the node is paused.
  Time clock() const { return env_.now() - env_.hosts.stood_still(node_); }
  Duration demand(const Job& job) const;
  void begin(Job& job);
  Task<void> work(Job* job);
  Task<void> answer(Job* job);
  bool needs_handler(Job& job);
  void served(Job& job);
  Job* next();
  bool reclaim();
  void end(Job& job, End end, Result<verb::Visit::Reply> reply);

  void share(Job& job);
  Task<void> pump();
  void retune();

  Env& env_;
  Port& port_;
  OpenStation& station_;
  const StationSpec& spec_;
  NodeId node_;
  StationHandler handler_;
  JobQueue<Job> queue_;
  LinkList inside_;  ///< every job, in order of arrival
  std::int64_t in_service_ = 0;
  Meter meter_;
  LruTtlCache<std::uint64_t, char> cache_;
  Time stale_since_ = time_max;
  SharedResource shared_{Bandwidth{1}};  ///< of ps: a byte is a nanosecond of one server
  std::unique_ptr<Alarm> alarm_;         ///< of ps
  using Deadline = std::pair<Time, std::uint64_t>;
  std::map<Deadline, Job*> deadlines_;  ///< of ps, where callers that leave take their work along
  std::uint64_t jobs_ = 0;
};

}  // namespace wavetank::sim
