#pragma once
// What all ports share: the way of a call through the gate to the world and back.

#include "system/ports/call.h"
#include "system/ports/gate.h"
#include "system/ports/history.h"

namespace wavetank {

class Port {
 public:
  Port(Loop& loop, Gate& gate, History& history) : loop_(loop), gate_(gate), history_(history) {}
  virtual ~Port() = default;
  Port(const Port&) = delete;
  Port& operator=(const Port&) = delete;

  /// Used by awaiters: asks the gate, then hands the call to the world.
  void begin(Call& call, Waiter& waiter) {
    call.sent = loop_.now();
    call.waiter_ = &waiter;
    call.in_world_ = true;
    waiter.node = &loop_.node();
    if (call.info.deadline != time_max) loop_.arm(waiter, call.info.deadline);
    if (gate_.armed(call.op)) [[unlikely]] {
      gate_.request(*this, call);
    } else {
      submit(call);
    }
  }

  /// Lets go of a call without an answer.
  void drop(Call& call) { call.release_world(); }

  /// Used by worlds, once a call: the reply slot is filled, the answer may travel to the caller.
  void complete(Call& call) {
    if (gate_.armed(call.op)) [[unlikely]] {
      gate_.reply(*this, call);
    } else {
      deliver(call);
    }
  }

 protected:
  friend class Gate;
  /// The world's side. It holds the call until it completes it, and it must complete every call.
  virtual void submit(Call& call) = 0;

  /// Makes a call that `verb` returns as an awaiter.
  template <class V>
  CallOf<V>* make(Node& from, NodeId server, typename V::Args args, const CallInfo& info) {
    CallOf<V>* call = CallOf<V>::make(std::move(args));
    call->caller = &from;
    call->server = server;
    call->info = info;
    return call;
  }

  void deliver(Call& call) {
    history_.call_done(call);
    if (call.waiter_ != nullptr) loop_.post(*call.waiter_);
    call.release_world();
  }

  Loop& loop_;
  Gate& gate_;
  History& history_;
};

/// The world's hold on a call of verb V. Destroyed uncompleted it drops the call: the caller then
/// meets its deadline, as it does when a server dies without a word.
template <class V>
class Taken {
 public:
  Taken(Port& port, Call& call) : port_(&port), call_(static_cast<CallOf<V>*>(&call)) {}
  Taken(Taken&& other) noexcept : port_(other.port_), call_(std::exchange(other.call_, nullptr)) {}
  Taken& operator=(Taken&&) = delete;
  ~Taken() {
    if (call_ != nullptr) port_->drop(*call_);
  }
  CallOf<V>* operator->() const { return call_; }
  CallOf<V>& operator*() const { return *call_; }

  void complete() { port_->complete(*std::exchange(call_, nullptr)); }
  void complete(Result<typename V::Reply> reply) {
    call_->reply = std::move(reply);
    complete();
  }

 private:
  Port* port_;
  CallOf<V>* call_;
};

template <class V>
void CallAwaiter<V>::await_suspend(std::coroutine_handle<> handle) {
  waiter_.handle = handle;
  port_.begin(*call_, waiter_);
}

}  // namespace wavetank
