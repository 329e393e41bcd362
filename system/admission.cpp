#include "system/admission.h"

namespace wavetank::service {
void AdmissionSettings::describe(Fields& f) {
  f.field("threads", threads,
          {.help = "Requests worked on at once by one replica.",
           .source = "Starlette runs sync handlers on 40 threads",
           .vendor = "anyio thread limiter",
           .min = 1});
  f.field("queue_limit", queue_limit,
          {.help = "Requests that may wait for a thread; more get 429, under priority the least "
                   "urgent. 0 is no limit.",
           .vendor = "uvicorn --limit-concurrency"});
  f.field("discipline", discipline, discipline_names,
          {.help = "Who goes first: the oldest, the newest, or the most urgent."});
  f.field("drop_expired", drop_expired,
          {.help = "A request whose deadline has passed is dropped instead of worked on."});
  f.field("cancel_on_timeout", cancel_on_timeout,
          {.help = "Work whose caller has gone is dropped, in the queue and in the database."});
}

void AdmissionSettings::disarm() {
  queue_limit = 0;
  discipline = Discipline::fifo;
  drop_expired = false;
  cancel_on_timeout = false;
}

Admission::Outcome Admission::fit(const HttpExchange& exchange) const {
  if (settings_.cancel_on_timeout && exchange.caller_left()) return Outcome::caller_left;
  if (settings_.drop_expired && loop_.now() >= exchange.deadline()) return Outcome::expired;
  return Outcome::admitted;
}

Admission::Enter::Enter(Admission& owner, const HttpExchange& exchange)
    : owner_(owner), exchange_(exchange) {
  priority = exchange.info().priority;
  expires = exchange.deadline();
}

Admission::Enter::~Enter() {
  if (queued()) owner_.queue_.erase(*this);
}

bool Admission::Enter::await_ready() {
  if (owner_.free_ <= 0) return false;
  --owner_.free_;
  return true;
}

bool Admission::Enter::await_suspend(std::coroutine_handle<> handle) {
  waiter_.handle = handle;
  waiter_.node = &owner_.loop_.node();
  if (owner_.queue_.full() && owner_.settings_.drop_expired) owner_.drop_expired();
  if (owner_.queue_.full()) owner_.displace(*this);
  if (owner_.queue_.push(*this, owner_.loop_.now())) return true;
  outcome_ = Outcome::full;
  return false;
}

void Admission::answer(Enter& enter, Outcome outcome) {
  enter.outcome_ = outcome;
  loop_.post(enter.waiter_);
}

void Admission::drop_expired() {
  while (Enter* late = queue_.take_expired(loop_.now())) answer(*late, Outcome::expired);
}

void Admission::displace(const Enter& arriving) {
  Enter* loser = queue_.take_less_urgent(arriving.priority);
  if (loser != nullptr) answer(*loser, Outcome::full);
}

void Admission::leave() {
  ++free_;
  while (free_ > 0) {
    Enter* next = queue_.pop();
    if (next == nullptr) return;
    const Outcome outcome = fit(next->exchange_);
    if (outcome == Outcome::admitted) --free_;
    answer(*next, outcome);
  }
}

}  // namespace wavetank::service
