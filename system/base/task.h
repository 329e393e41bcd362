#pragma once
// Task<T>: a lazy coroutine that owns its frame. Awaiting it starts it; its end resumes the awaiter
// through the run's trampoline (symmetric transfer overflows the stack on gcc 12 at -O0 and under
// ASan). Exceptions are never stored: Broken leaves through resume() to the boundary of the run.

#include <coroutine>
#include <utility>

#include "system/base/check.h"
#include "system/base/run.h"
#include "system/base/task_promise.h"

namespace wavetank {

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
