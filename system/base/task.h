#pragma once
// Task<T>: a lazy coroutine that owns its frame. Awaiting it starts it; its end resumes the awaiter
// through the run's trampoline (symmetric transfer overflows the stack on gcc 12 at -O0 and under
// ASan). Exceptions are never stored: Broken leaves through resume() to the boundary of the run.

#include <coroutine>
#include <optional>
#include <utility>

#include "system/base/check.h"
#include "system/base/run.h"
#include "system/base/waiter.h"

namespace wavetank {

class TaskGroup;

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

template <class T>
class Task {
 public:
  using promise_type = detail::Promise<T>;
  using Handle = std::coroutine_handle<promise_type>;

  Task() = default;
  explicit Task(Handle handle) : handle_(handle) {}
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Task& operator=(Task&& other) noexcept {
    if (this != &other) {
      destroy();
      handle_ = std::exchange(other.handle_, {});
    }
    return *this;
  }
  ~Task() { destroy(); }

  class Awaiter {
   public:
    explicit Awaiter(Handle handle) : handle_(handle) {}
    Awaiter(const Awaiter&) = delete;
    Awaiter& operator=(const Awaiter&) = delete;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> caller) const noexcept {
      handle_.promise().continuation = caller;
      Run::current()->next = handle_;
    }
    T await_resume() const { return handle_.promise().take(); }

   private:
    Handle handle_;
  };
  Awaiter operator co_await() const& noexcept { return Awaiter(handle_); }
  Awaiter operator co_await() const&& noexcept { return Awaiter(handle_); }

  /// Gives the frame away; the caller owns it.
  Handle release() noexcept { return std::exchange(handle_, {}); }

 private:
  void destroy() noexcept {
    if (handle_) handle_.destroy();
  }
  Handle handle_;
};

template <class T>
Task<T> detail::Promise<T>::get_return_object() noexcept {
  return Task<T>(std::coroutine_handle<Promise<T>>::from_promise(*this));
}
inline Task<void> detail::Promise<void>::get_return_object() noexcept {
  return Task<void>(std::coroutine_handle<Promise<void>>::from_promise(*this));
}

}  // namespace wavetank
