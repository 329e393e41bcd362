#pragma once
// AttemptClient: the driver's side of executors. It greets each worker of this driver every second,
// sends attempts and asks how they end, and takes a worker for dead when it refuses connections,
// when it has another life, when it overruns its memory, or when it is silent for too long. A dead
// one takes its attempts and its map outputs along; once it answers again it is used again.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include "system/base/signal.h"
#include "system/live/attempts.h"
#include "system/live/compute_wire.h"
#include "system/live/live_env.h"
#include "system/live/peers.h"
#include "system/live/slots.h"

namespace wavetank::live {

class AttemptClient {
 public:
  /// What a map task left, by reduce partition: for planning the reduce stage.
  using Learn = std::function<void(const TaskSpec& task, const std::vector<std::int64_t>& sizes)>;

  /// All must outlive it. `freed` is told when slots may have become free.
  AttemptClient(LiveEnv& env, Peers& peers, Attempts& local, Slots& slots,
                std::function<void()> freed);

  /// `driver` begins a life here: from now on it greets its workers.
  void begin_life(std::uint32_t driver, const std::string& name);
  /// Its node has died, and with it all that it had under way.
  void end_life(std::uint32_t driver);

  /// A slot was granted. The answer is the handle of what will run on it.
  std::uint32_t open(JobId job, std::uint32_t executor);
  /// Ends where the attempt does.
  void run(Taken<verb::RunAttempt> call);
  /// Gives back a slot on which nothing runs yet.
  void release(std::uint32_t handle);
  void kill(AttemptKey key);
  /// The job is over: ends its attempts, and once they are over drops its shuffle files.
  void end_job(JobId job);

  Learn learn;
  std::function<std::string(const Call&)> trace;  ///< the traceparent of a call; may be empty
  std::size_t running() const { return attempts_.size(); }
  /// A worker says how far an attempt is every 2 s.
  void list(std::vector<RunningAttempt>& all) const;

 private:
  struct Attempt {
    std::uint32_t handle = 0;
    JobId job;
    std::uint32_t executor = 0;
    std::optional<Taken<verb::RunAttempt>> call;  // from its start to its end
    bool killed = false;
    Time began{};
    Headway headway{};  // as its worker last said
    Time heard{};
  };

  Attempt* find(std::uint32_t handle) const;
  Speaker speaker(const Executor& executor) const;
  Task<void> watch(std::uint32_t executor, Life driver);
  bool lives(std::uint32_t driver, Life life) const;
  bool hear(Executor& executor, const Speaker& told, const PeerAnswer& answer);
  Task<void> follow(std::uint32_t handle);
  void goes_on(Attempt& attempt, const PeerAnswer& told) const;
  void answered(const Attempt& attempt, const RunAnswer& answer);
  Task<void> blame(std::uint32_t handle);
  Task<void> tell_end(std::uint32_t handle);
  RunRequest request(const Attempt& attempt) const;
  void kill(Attempt& attempt);
  void forget_if_over(JobId job);
  void lose(Executor& executor, Failure why);
  void end(std::uint32_t handle, Result<TaskReport> report);
  bool looked(std::uint64_t round, std::uint32_t driver) const;

  LiveEnv& env_;
  Peers& peers_;
  Attempts& local_;
  Slots& slots_;
  std::function<void()> freed_;
  std::map<std::uint32_t, Speaker> drivers_;  // those that live here
  std::map<std::uint32_t, std::unique_ptr<Attempt>> attempts_;
  std::set<JobId> over_;         // jobs that ended before their attempts
  std::uint32_t last_ = 0;
  Signal look_;                  // for watch(): look at once
  Signal looked_;                // for blame(): one more has been looked at
  std::uint64_t round_ = 0;      // of looks that were asked for
  std::vector<std::uint64_t> seen_;  // by executor: the last such round that has reached it
  TaskGroup tasks_;
};

}  // namespace wavetank::live
