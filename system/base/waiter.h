#pragma once
// A Waiter is what a suspended coroutine leaves in a queue: the ready ring, the timing wheel or a
// synchronisation object. It lives inside the awaiter, hence inside the frame; its destructor
// unlinks, so destroying a frame cancels what it awaits.

#include <coroutine>
#include <utility>

#include "system/base/time.h"

namespace wavetank {

class Node;

/// A link of a circular list. Unlinked links point at themselves.
struct Link {
  Link* prev = this;
  Link* next = this;

  Link() = default;
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;
  ~Link() { unlink(); }

  bool linked() const { return next != this; }
  void unlink() noexcept {
    prev->next = next;
    next->prev = prev;
    prev = next = this;
  }
  void insert_before(Link& other) noexcept {
    prev = other.prev;
    next = &other;
    prev->next = this;
    other.prev = this;
  }
};

/// FIFO of links. Owns nothing; its links unlink themselves.
class LinkList {
 public:
  bool empty() const { return !head_.linked(); }
  Link* front() const { return head_.next; }
  Link* back() const { return head_.prev; }
  const Link* end() const { return &head_; }
  void push_back(Link& link) noexcept { link.insert_before(head_); }
  /// Takes everything from `other`, in order, behind what is here.
  void splice(LinkList& other) noexcept {
    if (other.empty()) return;
    Link* first = other.head_.next;
    Link* last = other.head_.prev;
    other.head_.prev = other.head_.next = &other.head_;
    first->prev = head_.prev;
    head_.prev->next = first;
    last->next = &head_;
    head_.prev = last;
  }

 private:
  Link head_;
};

struct Waiter;

/// What the timing wheel and the waiter of a timer share: whoever lets go first tells the other
/// here. Its memory belongs to the run.
union TimerTicket {
  Waiter* waiter;     ///< null once cancelled
  TimerTicket* next;  ///< while free
};

struct Waiter : Link {
  std::coroutine_handle<> handle;
  Node* node = nullptr;           ///< where the coroutine runs; set when it is made to wait
  TimerTicket* ticket = nullptr;  ///< while it has a deadline in the wheel
  bool fired = false;             ///< woken by its timer, not by an event

  Waiter() = default;
  ~Waiter() { cancel_timer(); }

  /// Out of the wheel and out of any list.
  void unlink() noexcept {
    cancel_timer();
    Link::unlink();
  }

 private:
  void cancel_timer() noexcept {
    if (ticket != nullptr) std::exchange(ticket, nullptr)->waiter = nullptr;
  }
};

}  // namespace wavetank
