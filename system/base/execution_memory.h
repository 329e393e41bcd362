#pragma once
// Spark's execution memory: one pool an executor, shared by its tasks. With N active tasks each may
// hold up to M/N, and waits rather than spills while it cannot get to M/2N
// (ExecutionMemoryPool.acquireMemory of Spark 3; M is the capacity).
//
// A request that waits is looked at again, in order of arrival, whenever memory is released, a task
// comes or ends, or the capacity changes: what it gets then is handed out by next_granted().

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "system/base/units.h"

namespace wavetank {

using MemoryTask = std::uint64_t;

/// Execution memory of an executor: (heap - reserved) x fraction, with Spark's 300 MiB and
/// spark.memory.fraction .6. The fraction counts thousandths.
Bytes execution_memory_of(Bytes executor_memory, Bytes reserved = mib(300),
                          std::int64_t fraction_milli = 600);

class ExecutionMemory {
 public:
  struct Grant {
    MemoryTask task = 0;
    Bytes granted{};       ///< may be less than asked for, even zero: the task spills
    bool waiting = false;  ///< granted later: see next_granted()
  };

  explicit ExecutionMemory(Bytes capacity) : capacity_(capacity) {}

  /// Counts the task as active from here on. A first acquire() does the same.
  void add_task(MemoryTask task);

  /// At most one request of a task may wait.
  Grant acquire(MemoryTask task, Bytes bytes);
  void release(MemoryTask task, Bytes bytes);
  /// The task has ended or its process has crashed: everything goes back, its request too. Returns
  /// what it held.
  Bytes end_task(MemoryTask task);

  /// The next waiting request that can go on now. Call until empty after each call above.
  std::optional<Grant> next_granted();

  /// Memory pressure. Below what is held, nothing is taken back, and nothing granted until it is.
  void set_capacity(Bytes capacity) { capacity_ = capacity; }

  Bytes capacity() const { return capacity_; }
  Bytes used() const { return used_; }
  Bytes held(MemoryTask task) const;
  std::size_t tasks() const { return tasks_.size(); }
  std::size_t waiting() const { return waiting_.size(); }

 private:
  struct Task {
    MemoryTask id;
    Bytes held;
  };
  struct Request {
    MemoryTask task;
    Bytes bytes;
  };

  Task* find(MemoryTask task);
  /// What the pool gives now, or nothing where the task has to wait.
  std::optional<Bytes> grantable(const Task& task, Bytes bytes) const;

  Bytes capacity_;
  Bytes used_{};
  std::vector<Task> tasks_;  // in order of arrival; an executor runs few
  std::deque<Request> waiting_;
};

}  // namespace wavetank
