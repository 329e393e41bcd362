#pragma once
// The promises of Task<T>: where frames come from, and what the end of a task resumes.

#include <coroutine>
#include <optional>
#include <utility>

#include "system/base/run.h"
#include "system/base/waiter.h"

namespace wavetank {

/// What every promise shares: frames come from the run's pool, the end resumes the continuation.
class PromiseBase {
 public:
  static void* operator new(std::size_t bytes) { return Run::current()->frames().take(bytes); }
  static void operator delete(void* frame, std::size_t bytes) noexcept {
    Run::current()->frames().give(frame, bytes);
  }

  std::suspend_always initial_suspend() const noexcept { return {}; }
  void unhandled_exception() { throw; }

  class FinalAwaiter {
   public:
    FinalAwaiter() noexcept {}
    bool await_ready() const noexcept { return false; }
    template <class P>
    void await_suspend(std::coroutine_handle<P> handle) const noexcept {
      Run::current()->next = handle.promise().continuation;
    }
    void await_resume() const noexcept {}
  };
  FinalAwaiter final_suspend() const noexcept { return FinalAwaiter(); }

  std::coroutine_handle<> continuation;
};

template <class T = void>
class [[nodiscard]] Task;

namespace detail {

template <class T>
class Promise : public PromiseBase {
 public:
  Task<T> get_return_object() noexcept;
  template <class U>
  void return_value(U&& value) {
    value_.emplace(std::forward<U>(value));
  }
  T take() { return std::move(*value_); }

 private:
  std::optional<T> value_;
};

/// A task without a value may be the outermost of a TaskGroup. It then stands in the group's list
/// and destroys itself at its end, instead of resuming somebody.
template <>
class Promise<void> : public PromiseBase, public Link {
 public:
  class FinalAwaiter {
   public:
    FinalAwaiter() noexcept {}
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<Promise> handle) const noexcept {
      Promise& promise = handle.promise();
      Run::current()->next = promise.continuation;
      if (promise.size == nullptr) return;
      --*promise.size;
      handle.destroy();
    }
    void await_resume() const noexcept {}
  };
  FinalAwaiter final_suspend() const noexcept { return FinalAwaiter(); }

  Task<void> get_return_object() noexcept;
  void return_void() const noexcept {}
  void take() const noexcept {}

  std::size_t* size = nullptr;  ///< of the group that owns it
  Waiter start;                 ///< in the ready ring until it has begun
};

}  // namespace detail

}  // namespace wavetank
