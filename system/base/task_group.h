#pragma once
// A TaskGroup owns the tasks spawned into it. Destroying it cancels them all, newest last; for a
// node it is the crash. Destruction must be an event of its own, never inside one of its tasks.

#include <coroutine>

#include "system/base/loop.h"
#include "system/base/task.h"
#include "system/base/waiter.h"

namespace wavetank {

class TaskGroup {
 public:
  TaskGroup(Loop& loop, Node& node) : loop_(&loop), node_(&node) {}
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;
  ~TaskGroup() { cancel(); }

  /// Starts `task` behind what is ready now, on this group's node.
  void spawn(Task<void> task);

  /// Runs `task` at once up to its first suspension, on this group's node; on a paused one when it
  /// goes on.
  void start(Task<void> task);

  /// Destroys every task, in the order in which they were spawned.
  void cancel() noexcept;

  bool empty() const { return roots_.empty(); }
  std::size_t size() const { return size_; }
  Node& node() const { return *node_; }

 private:
  Task<void>::Handle adopt(Task<void>& task) noexcept;

  Loop* loop_;
  Node* node_;
  LinkList roots_;
  std::size_t size_ = 0;
};

}  // namespace wavetank
