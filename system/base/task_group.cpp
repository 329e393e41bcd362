#include "system/base/task_group.h"

namespace wavetank {

// The outermost frame of a spawned task. It destroys itself at its end; until then its link stands
// in the group and its waiter, if it has not started, in the ready ring.
class TaskGroup::Root {
 public:
  struct promise_type : Link {
    static void* operator new(std::size_t bytes) { return Run::current()->frames().take(bytes); }
    static void operator delete(void* frame, std::size_t bytes) noexcept {
      Run::current()->frames().give(frame, bytes);
    }
    // The parameters of wrap(): `this` and the task.
    promise_type(TaskGroup& group, Task<void>&) : owner(group) {}
    ~promise_type() { --owner.size_; }
    Root get_return_object() noexcept {
      return Root(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_always initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() { throw; }

    TaskGroup& owner;
    Waiter waiter;
  };
  explicit Root(std::coroutine_handle<promise_type> handle) : handle(handle) {}
  std::coroutine_handle<promise_type> handle;
};

TaskGroup::Root TaskGroup::wrap(Task<void> task) {
  co_await task;
}

void TaskGroup::spawn(Task<void> task) {
  const auto handle = wrap(std::move(task)).handle;
  auto& promise = handle.promise();
  roots_.push_back(promise);
  ++size_;
  promise.waiter.handle = handle;
  promise.waiter.node = node_;
  loop_->post(promise.waiter);
}

void TaskGroup::start(Task<void> task) {
  const auto handle = wrap(std::move(task)).handle;
  roots_.push_back(handle.promise());
  ++size_;
  loop_->resume(handle, *node_);
}

void TaskGroup::cancel() noexcept {
  while (!roots_.empty()) {
    auto& promise = static_cast<Root::promise_type&>(*roots_.front());
    std::coroutine_handle<Root::promise_type>::from_promise(promise).destroy();
  }
}

}  // namespace wavetank
