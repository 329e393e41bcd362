#include "system/base/loop.h"

namespace wavetank {

Time Node::now() const {
  return loop_.now() + skew_;
}

void Node::resume() {
  paused_ = false;
  loop_.ready_.splice(held_);
}

void Loop::resume(std::coroutine_handle<> handle, Node& node) {
  Node* outer = current_;
  current_ = &node;
  struct Restore {
    Node*& slot;
    Node* value;
    ~Restore() { slot = value; }
  } restore{current_, outer};
  // A nested resume starts its own trampoline and leaves the outer one's next step alone.
  const std::coroutine_handle<> outer_next = run_.next;
  run_.next = {};
  while (handle) {
    ++events_;
    handle.resume();
    handle = run_.next;
    run_.next = {};
  }
  run_.next = outer_next;
}

void Loop::dispatch(Waiter& waiter) {
  Node& node = *waiter.node;
  if (node.paused_) [[unlikely]] {
    node.held_.push_back(waiter);
    return;
  }
  current_ = &node;
  std::coroutine_handle<> handle = waiter.handle;
  while (handle) {
    ++events_;
    handle.resume();
    handle = run_.next;
    run_.next = {};
  }
}

bool Loop::step(Time limit) {
  bool any = false;
  while (!ready_.empty()) {
    auto& waiter = static_cast<Waiter&>(*ready_.front());
    waiter.unlink();
    dispatch(waiter);
    any = true;
  }
  const TimingWheel::Due due = wheel_.pop(limit);
  if (due.waiter != nullptr) {
    if (due.at > now_) now_ = due.at;
    due.waiter->fired = true;
    dispatch(*due.waiter);
    any = true;
  }
  current_ = &root_;
  return any;
}

void Loop::run_until(Time limit) {
  while (step(limit)) {
  }
  if (now_ < limit && limit != time_max) now_ = limit;
}

}  // namespace wavetank
