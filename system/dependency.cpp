#include "system/dependency.h"

namespace wavetank::service {

void DependencySettings::describe(Fields& f) {
  f.field("timeout", timeout, {.help = "How long one try may take.", .min = 1e-6});
  f.section("retry", retry, {.help = "Sending again after a failure."});
  f.section("breaker", breaker, {.help = "Refusing at once while it keeps failing."});
}

void Dependency::note(EventKind kind, const CallInfo& info, std::int64_t value,
                      std::int64_t extra) {
  Event event;
  event.kind = kind;
  event.ticket.entity = info.entity;
  event.ticket.priority = info.priority;
  event.node = node_.id();
  event.attempt = info.attempt;
  event.value = value;
  event.extra = extra;
  event.cause = info.cause;
  history_.note(event);
}

Breaker::Pass Dependency::admit(const CallInfo& info) {
  const Breaker::Pass pass = breaker_.allow(node_.loop().now());
  if (pass == Breaker::Pass::refused) {
    note(EventKind::breaker_rejected, info, static_cast<int>(service_));
  }
  return pass;
}

void Dependency::heard(Breaker::Pass pass, bool answered) {
  const Time now = node_.loop().now();
  const Breaker::Change change =
      answered ? breaker_.succeeded(pass, now) : breaker_.failed(pass, now);
  const CallInfo nobody{};
  if (change == Breaker::Change::opened) {
    note(EventKind::breaker_opened, nobody, static_cast<int>(service_));
  } else if (change == Breaker::Change::closed) {
    note(EventKind::breaker_closed, nobody, breaker_.last_open().ns, static_cast<int>(service_));
  }
}

bool Dependency::worth_waiting(Failure failure, Time until) const {
  const bool passing = retryable(failure) || failure == Failure::unavailable;
  return passing && node_.loop().now() + patience < until;
}

bool Dependency::again(Failure failure, std::uint32_t attempt, const CallInfo& info, Time overall) {
  const RetrySettings& retry = settings_.retry;
  if (retry.policy == Backoff::none || !retryable(failure)) return false;
  if (attempt + 1 >= retry.attempts || node_.loop().now() >= overall) return false;
  if (budget_.withdraw()) return true;
  note(EventKind::retry_denied, info, static_cast<int>(service_));
  return false;
}

Duration Dependency::pause_before(std::uint32_t attempt, const CallInfo& info) const {
  return backoff(settings_.retry, node_.loop().run().seed(), info.subject, attempt);
}

void Dependency::sent_again(std::uint32_t attempt, const CallInfo& info) {
  CallInfo told = info;
  told.attempt = attempt;
  note(EventKind::retry_sent, told, static_cast<int>(service_));
}

}  // namespace wavetank::service
