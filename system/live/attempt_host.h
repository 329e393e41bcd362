#pragma once
// AttemptHost: the worker's side of compute, one for each worker node of this process. It runs the
// attempts that its driver sends, keeps how they ended until the driver knows, and ends them when
// the driver has died, has taken this worker for dead, or is silent for too long.

#include <map>
#include <memory>
#include <optional>

#include "system/base/signal.h"
#include "system/live/attempts.h"
#include "system/live/compute_wire.h"
#include "system/live/live_env.h"

namespace wavetank::live {

class AttemptHost {
 public:
  /// All must outlive it. `handler` may be filled later.
  AttemptHost(LiveEnv& env, Attempts& attempts, Node& node, std::uint32_t executor,
              const WorkerHandler& handler);
  AttemptHost(const AttemptHost&) = delete;
  AttemptHost& operator=(const AttemptHost&) = delete;
  ~AttemptHost() { stop(); }

  /// Of this process, or of this node since its last restart.
  Life life() const { return life_; }
  /// Whether `from` is the driver that this worker now works for. A new life of it, or its word
  /// that it has lost this worker, ends everything from before and drops the shuffle files.
  bool greet(const Speaker& from);

  struct Reply {
    enum class Kind : std::uint8_t { over, running, mistaken };
    Kind kind = Kind::mistaken;  ///< mistaken: another life of driver or worker is meant
    RunAnswer answer;            ///< once over
    RunProgress progress;        ///< while running
  };
  /// Starts the attempt where it is new, and waits for its end, but not for long.
  Task<Reply> run(RunRequest request);
  /// Begins nothing more: a new attempt waits until this process has ended, and is lost with it.
  void drain() { draining_ = true; }
  /// Ends an attempt, as killed. None is fine. Not from inside an attempt.
  void end(const EndRequest& request);
  /// The executor has overrun its memory: all its attempts fail with `why`, as the next event.
  void overrun(Failure why) { tasks_.spawn(die(why)); }

  /// Whether an attempt of `job` runs here; its driver is then speaker().driver.
  bool runs(JobId job) const;
  const Speaker& speaker() const { return speaker_; }
  std::size_t running() const;
  void list(std::vector<RunningAttempt>& all) const;

  /// The node dies with its attempts, and nobody is told.
  void stop();
  /// It starts anew.
  void restart();

 private:
  using Key = std::pair<Life, std::uint32_t>;
  struct Hosted {
    Hosted(Loop& loop, Node& node) : over(loop), group(loop, node) {}
    TaskSpec task;
    Slot slot;
    Time began{}, ended{};
    std::optional<RunAnswer> answer;
    Signal over;
    TaskGroup group;  // dies before what its tasks use
  };

  Hosted* find(Key key) const;
  Headway headway(const Hosted& attempt) const;
  Hosted* begin(const RunRequest& request);
  Task<void> work(Hosted* attempt);
  void finish(Hosted& attempt, Result<TaskReport> report);
  void end_all(Failure why);
  Task<void> die(Failure why);
  Task<void> sweep();

  LiveEnv& env_;
  Attempts& attempts_;
  Node& node_;
  std::uint32_t executor_;
  const WorkerHandler& handler_;
  Life life_ = 0;
  Speaker speaker_;
  Time heard_{};
  bool draining_ = false;
  std::map<Key, std::unique_ptr<Hosted>> hosted_;
  TaskGroup tasks_;
};

}  // namespace wavetank::live
