#pragma once
// A Call is one port call under way: who calls what, until when, for whom, and the reply slot.
//
// The caller's awaiter and the world each hold it; it returns to the pool when both have let go. So
// a sent request outlives its caller's crash, and an answer to nobody is dropped.

#include <coroutine>
#include <cstdint>
#include <utility>

#include "system/base/loop.h"
#include "system/base/result.h"
#include "system/ports/messages.h"
#include "system/ports/op.h"

namespace wavetank {

class Port;

/// What the caller says about a call besides its arguments.
struct CallInfo {
  Time deadline{};                ///< time_max where the caller dies first
  std::uint64_t subject = 0;      ///< the entity that draws belong to: a request's index
  std::uint32_t attempt = 0;      ///< 0 for the first try
  Priority priority = Priority::p1;
  bool cancellable = false;       ///< once the caller has gone the server may drop the work
  EntityId entity{};
  EventId cause = 0;
};

class Call {
 public:
  Op op{};
  bool repeated = false;          ///< a copy made by the gate; nobody waits for it
  Node* caller = nullptr;
  NodeId server{};
  std::uint32_t partition = 0;    ///< of a topic, where the verb has one
  Time sent{};
  CallInfo info;

  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  /// Nobody waits any more: the caller timed out or died.
  bool abandoned() const { return waiter_ == nullptr; }
  /// The failure in the reply slot, or none yet or none at all.
  virtual bool failed() const = 0;
  virtual Failure failure() const = 0;
  virtual void fail(Failure failure) = 0;
  /// A copy of op, parties and arguments, that nobody waits for and that only the world holds.
  virtual Call* repeat() const = 0;

 protected:
  Call() = default;
  virtual ~Call() = default;
  virtual void recycle() noexcept = 0;

  friend class Port;
  friend class Gate;
  template <class V>
  friend class CallAwaiter;

  void release_caller() noexcept {
    waiter_ = nullptr;
    if (!in_world_) recycle();
  }
  void release_world() noexcept {
    in_world_ = false;
    if (waiter_ == nullptr) recycle();
  }

  Waiter* waiter_ = nullptr;
  bool in_world_ = false;
};

/// A verb is a struct with `op`, `Args` and `Reply`.
template <class V>
class CallOf final : public Call {
 public:
  typename V::Args args;
  Result<typename V::Reply> reply{Failure::timeout};

  static CallOf* make(typename V::Args args) {
    void* memory = Run::current()->frames().take(sizeof(CallOf));
    return new (memory) CallOf(std::move(args));
  }
  bool failed() const override { return !reply.ok(); }
  Failure failure() const override { return reply.failure(); }
  void fail(Failure failure) override { reply = failure; }
  Call* repeat() const override {
    CallOf* copy = make(args);
    copy->op = op;
    copy->repeated = true;
    copy->caller = caller;
    copy->server = server;
    copy->partition = partition;
    copy->sent = sent;
    copy->info = info;
    return copy;
  }

 private:
  explicit CallOf(typename V::Args a) : args(std::move(a)) { op = V::op; }
  void recycle() noexcept override {
    this->~CallOf();
    Run::current()->frames().give(this, sizeof(CallOf));
  }
};

/// What a port verb returns; `auto reply = co_await port.verb(...)` yields a Result.
template <class V>
class CallAwaiter {
 public:
  CallAwaiter(Port& port, CallOf<V>* call) : port_(port), call_(call) {}
  CallAwaiter(const CallAwaiter&) = delete;
  CallAwaiter& operator=(const CallAwaiter&) = delete;
  ~CallAwaiter() {
    if (call_ != nullptr) call_->release_caller();
  }

  bool await_ready() const noexcept { return false; }
  inline void await_suspend(std::coroutine_handle<> handle);
  Result<typename V::Reply> await_resume() {
    CallOf<V>* call = std::exchange(call_, nullptr);
    if (waiter_.fired) {
      call->release_caller();
      return Failure::timeout;
    }
    Result<typename V::Reply> reply = std::move(call->reply);
    call->release_caller();
    return reply;
  }

 private:
  Port& port_;
  CallOf<V>* call_;
  Waiter waiter_;
};

}  // namespace wavetank
