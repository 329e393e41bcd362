#pragma once
// Attempts: the task attempts that run in this process, by the handle that their Slot carries. The
// compute port begins and ends them, the dataset port works for them.
//
//   slot.attempt = attempts.begin(slot, task);       // a task arrives: run the worker with `slot`
//   const auto sizes = attempts.find(slot.attempt)->shuffled;   // for the reply to the driver
//   attempts.end(slot.attempt);                      // however it ended: done, failed or killed
//
// All of it belongs to the loop's thread. Threads that work for an attempt hold its Scratch only:
// they look at cancelled() once a block, and whoever lets go of it last removes its folder.

#include <atomic>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "system/base/execution_memory.h"
#include "system/ports/compute.h"

namespace wavetank::live {

/// A folder of its own on local disk, and the word that its attempt is over.
class Scratch {
 public:
  /// Makes the folder. Throws std::filesystem::filesystem_error where it cannot.
  explicit Scratch(std::filesystem::path folder);
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch();

  const std::filesystem::path& folder() const { return folder_; }
  void cancel() { cancelled_.store(true, std::memory_order_relaxed); }
  bool cancelled() const { return cancelled_.load(std::memory_order_relaxed); }

 private:
  std::filesystem::path folder_;
  std::atomic<bool> cancelled_{false};
};

/// How far an attempt is: what the verb that it is at, or did last, has done so far.
struct Headway {
  std::optional<Op> step;  ///< none: it has not begun with its rows
  std::int64_t rows = 0;
  Bytes bytes{};
};

/// What a task keeps between its verbs. The dataset port's own.
class Progress {
 public:
  virtual ~Progress() = default;
  /// From any thread, while a verb works too.
  virtual Headway headway() const = 0;
};

struct LiveAttempt {
  std::uint32_t handle = 0;
  Slot slot;
  TaskSpec task;
  std::shared_ptr<Scratch> scratch;
  Bytes grant{};                        ///< execution memory that it holds
  std::vector<std::int64_t> shuffled;   ///< a map's: bytes by reduce partition, once stored
  std::shared_ptr<Progress> progress;
  std::function<void(Bytes)> granted;   ///< told once its memory has come; empty: it does not wait

  Headway headway() const;
};

/// One that runs, as its worker or its driver sees it.
struct RunningAttempt {
  std::uint32_t executor = 0;
  TaskSpec task;
  Time began{};
  Headway headway;
  Time heard{};  ///< when it was so far
};

class Attempts {
 public:
  /// `scratch` is shared by all workers of a target; each executor has a folder of its own below.
  /// `memory` is the execution memory of one executor.
  Attempts(std::filesystem::path scratch, Bytes memory);
  ~Attempts();

  /// Takes a handle, and counts the task as active in its executor's memory. Throws as Scratch
  /// does.
  std::uint32_t begin(const Slot& slot, const TaskSpec& task);
  /// Null where none has this handle (any more).
  LiveAttempt* find(std::uint32_t handle) const;
  /// Cancels what works for it and gives its memory to those who wait. None is fine.
  void end(std::uint32_t handle);
  /// An executor's process has died or is taken for dead: ends its attempts, and its shuffle files
  /// are gone.
  void lose(std::uint32_t executor);
  /// Removes the shuffle files of a job, of all executors. Any process of the target may.
  void forget(JobId job) const;

  /// Whether the scratch folder takes files now: disk_full, unavailable.
  Result<Done> probe() const;

  /// At most M/N, and waits below M/2N: see ExecutionMemory. `told` is called at once or later, and
  /// never where the attempt ends first. False where none has this handle.
  bool reserve(std::uint32_t handle, Bytes want, std::function<void(Bytes)> told);
  Bytes capacity(std::uint32_t executor) { return pool(executor).capacity(); }
  /// Memory pressure on one executor.
  void set_capacity(std::uint32_t executor, Bytes capacity);
  Bytes memory() const { return memory_; }
  /// Of all executors in this process.
  Bytes used() const;
  std::size_t waiting() const;
  std::size_t running() const { return attempts_.size(); }

  /// Told when a task asked for more at once than its executor has: that executor is to die.
  std::function<void(std::uint32_t executor, Failure)> on_overrun;

  const std::filesystem::path& root() const { return root_; }
  std::filesystem::path shuffle_folder(std::uint32_t executor, JobId job) const;

 private:
  ExecutionMemory& pool(std::uint32_t executor);
  void hand_out(ExecutionMemory& pool);
  std::filesystem::path executor_folder(std::uint32_t executor) const;

  std::filesystem::path root_;
  Bytes memory_;
  std::uint32_t last_ = 0;
  std::map<std::uint32_t, std::unique_ptr<LiveAttempt>> attempts_;
  std::map<std::uint32_t, std::unique_ptr<ExecutionMemory>> pools_;
};

}  // namespace wavetank::live
