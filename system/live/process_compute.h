#pragma once
// ProcessCompute: compute on processes of this machine or others. Jobs run in the processes that
// the target names drivers/N, attempts in those that it names workers/N, and every process of the
// pipeline has one of these. Calls about jobs travel to the driver that the process id chooses:
// that is how a name is started once. Slots and attempts are asked for in the driver's own process.
//
// Several drivers divide the workers among them: worker N belongs to driver N modulo their number,
// and drivers beyond the number of workers get no jobs. What a driver knows dies with its process.
// A call about a job whose driver does not listen fails with unavailable.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "system/live/attempt_client.h"
#include "system/live/attempt_host.h"
#include "system/live/job_board.h"
#include "system/live/peers.h"
#include "system/live/slots.h"

namespace wavetank::live {

class ProcessCompute final : public Compute {
 public:
  /// Adds the nodes of compute and of all workers. `here` names the processes of the target that
  /// this one is: their nodes listen here. Both references must outlive it. Throws
  /// std::runtime_error where the target's processes make no sense or an address cannot be
  /// listened on.
  ProcessCompute(LiveEnv& env, Attempts& attempts, const std::vector<std::string>& here);
  ~ProcessCompute() override;

  void release(Slot slot) override { client_.release(slot.attempt); }
  void kill_attempt(AttemptKey key) override { client_.kill(key); }
  void report(JobId job, EventId cause) override;
  void serve_drivers(Node& node, DriverHandler handler) override;
  void serve_workers(WorkerHandler handler) override { worker_ = std::move(handler); }
  std::uint32_t incarnation(std::uint32_t executor) const override {
    return slots_.executor(executor).incarnation;
  }
  std::uint64_t losses() const override { return slots_.losses(); }
  NodeId server() const override { return server_; }

  /// How a trace crosses from launcher to driver to worker. Called on the loop's thread.
  struct Tracing {
    /// The traceparent header of a request; empty for none.
    std::function<std::string(const Call& call)> outgoing;
    /// A job or an attempt came with one: the output, or the task's subject.
    std::function<void(std::uint64_t work, const std::string& traceparent)> incoming;
  };
  void trace(Tracing tracing);

  /// Told of what each map task left, in the process of its driver.
  void on_shuffle(AttemptClient::Learn learn) { client_.learn = std::move(learn); }
  /// Told of each job that is over, in the process of its driver.
  void on_job_end(std::function<void(JobId, OutputId)> told) { job_ended_ = std::move(told); }
  /// Ends all jobs and attempts here; for the end of a run.
  void stop();

  /// Starts no job and no attempt any more; drained once those here have ended.
  void drain();
  bool drained() const { return board_.empty() && attempts_here() == 0; }

  /// The parts that show whether this process can do its work.
  const Slots& slots() const { return slots_; }
  std::size_t attempts_here() const;
  /// Attempts that this process runs, and those that its drivers have given to workers.
  std::vector<RunningAttempt> running() const;
  /// Asks every driver again and again from now on, for silent_driver().
  void watch_drivers(Duration every);
  /// The first driver that jobs go to and that does not answer now, and why; empty where all do.
  /// An answer that is older than `old_after` is none.
  std::string silent_driver(Duration old_after) const;

 private:
  struct DriverPlace {
    std::string name, address;
    std::optional<Time> heard{};
    std::string trouble{};  ///< with the last answer
  };
  struct WorkerPlace;
  class Door;

  void submit(Call& call) override;
  template <class V>
  Task<void> ask(Taken<V> call, const char* path);
  void hear_trace(std::uint64_t work, const WebRequest& request) const;
  void want_slot(Taken<verb::AcquireSlot> call);
  void grant();
  void bury(LiveJob& job);
  Task<void> watch(DriverPlace* driver, Duration every);
  const DriverPlace& driver_of(ProcessId process) const;
  void crashed(NodeId node);
  void restarted(NodeId node);
  void open_driver(std::uint32_t number, Node& node);
  void open_worker(std::uint32_t number);

  LiveEnv& env_;
  NodeId server_;
  std::vector<DriverPlace> drivers_;
  WorkerHandler worker_;
  std::function<void(JobId, OutputId)> job_ended_;
  Tracing tracing_;
  Peers peers_;
  Slots slots_;
  JobBoard board_;
  AttemptClient client_;
  std::map<std::uint32_t, DriverHandler> handlers_;              // by driver, those that serve here
  std::map<std::uint32_t, std::unique_ptr<AttemptHost>> hosts_;  // by worker, those that are here
  std::map<NodeId, std::unique_ptr<Door>> doors_;                // those that listen here
  bool draining_ = false;
  TaskGroup tasks_;
};

}  // namespace wavetank::live
