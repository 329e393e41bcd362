#include "system/admission.h"

namespace wavetank::service {
namespace {

constexpr const char* discipline_names[] = {"fifo", "lifo", "priority"};

}  // namespace

void AdmissionSettings::describe(Fields& f) {
  f.field("threads", threads,
          {.help = "Requests worked on at once by one replica.",
           .source = "Starlette runs sync handlers on 40 threads",
           .vendor = "anyio thread limiter",
           .min = 1});
  f.field("queue_limit", queue_limit,
          {.help = "Requests that may wait for a thread; more get 429. 0 is no limit.",
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

LinkList& Admission::queue_of(const HttpExchange& exchange) {
  if (settings_.discipline != Discipline::priority) return queues_[0];
  return queues_[static_cast<std::size_t>(exchange.info().priority)];
}

bool Admission::Enter::await_ready() {
  if (owner_.free_ > 0) {
    --owner_.free_;
    return true;
  }
  if (owner_.settings_.queue_limit > 0 && owner_.waiting_ >= owner_.settings_.queue_limit) {
    outcome_ = Outcome::full;
    return true;
  }
  return false;
}

void Admission::Enter::await_suspend(std::coroutine_handle<> handle) {
  parked_.park(owner_.loop_, handle, time_max);
  owner_.queue_of(exchange_).push_back(parked_);
  queued_ = true;
  ++owner_.waiting_;
}

Admission::Outcome Admission::Enter::await_resume() {
  return outcome_;
}

void Admission::Enter::leave_queue() {
  if (!queued_) return;
  queued_ = false;
  --owner_.waiting_;
}

Admission::Enter* Admission::next() {
  for (LinkList& queue : queues_) {
    if (queue.empty()) continue;
    Link* link = queue.front();
    if (settings_.discipline == Discipline::lifo) link = queue.back();
    return static_cast<Enter::Entry*>(link)->enter;
  }
  return nullptr;
}

void Admission::leave() {
  ++free_;
  while (free_ > 0) {
    Enter* enter = next();
    if (enter == nullptr) return;
    enter->leave_queue();
    enter->outcome_ = fit(enter->exchange_);
    if (enter->outcome_ == Outcome::admitted) --free_;
    enter->parked_.wake(loop_);
  }
}

}  // namespace wavetank::service
