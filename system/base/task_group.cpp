#include "system/base/task_group.h"

namespace wavetank {

Task<void>::Handle TaskGroup::adopt(Task<void>& task) noexcept {
  const Task<void>::Handle handle = task.release();
  auto& promise = handle.promise();
  promise.size = &size_;
  roots_.push_back(promise);
  ++size_;
  return handle;
}

void TaskGroup::spawn(Task<void> task) {
  const Task<void>::Handle handle = adopt(task);
  Waiter& start = handle.promise().start;
  start.handle = handle;
  start.node = node_;
  loop_->post(start);
}

void TaskGroup::start(Task<void> task) {
  if (node_->paused()) return spawn(std::move(task));
  const Task<void>::Handle handle = adopt(task);
  loop_->resume(handle, *node_);
}

void TaskGroup::cancel() noexcept {
  while (!roots_.empty()) {
    auto& promise = static_cast<Task<void>::promise_type&>(*roots_.front());
    --size_;
    Task<void>::Handle::from_promise(promise).destroy();
  }
}

}  // namespace wavetank
