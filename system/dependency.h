#pragma once
// A Dependency is one service seen from one process: its timeout, retry policy, budget and breaker.
// call() sends a request through all of them.

#include <array>

#include "system/base/random.h"
#include "system/breaker.h"
#include "system/ports/port.h"
#include "system/retry.h"

namespace wavetank::service {

struct DependencySettings {
  Duration timeout = whole_seconds(1);
  RetrySettings retry;
  BreakerSettings breaker;

  void describe(Fields& f);
};

class Dependency {
 public:
  Dependency(Service service, const DependencySettings& settings, Node& node, History& history)
      : service_(service),
        settings_(settings),
        node_(node),
        history_(history),
        budget_(settings.retry),
        breaker_(settings.breaker) {}

  /// Sends what `send(info)` sends until it succeeds, fails for good, or tries, budget or the
  /// overall deadline are used up. `info.deadline` bounds the whole; each try has the timeout.
  template <class Reply, class Send>
  Task<Result<Reply>> call(Send send, CallInfo info) {
    const Time overall = info.deadline;
    first_send();
    for (std::uint32_t attempt = 0;; ++attempt) {
      const Breaker::Pass pass = admit(info);
      if (pass == Breaker::Pass::refused) co_return Failure::unavailable;
      info.attempt = attempt;
      const Time until = node_.loop().now() + settings_.timeout;
      info.deadline = until < overall ? until : overall;
      const Duration given = info.deadline - node_.loop().now();
      auto reply = co_await send(info);
      const bool timed_out = !reply.ok() && reply.failure() == Failure::timeout;
      const bool answered = reply.ok() || !retryable(reply.failure());
      if (tells(timed_out, given)) heard(pass, answered);
      if (reply.ok()) {
        succeeded();
        co_return reply;
      }
      const Failure failure = reply.failure();
      if (!again(failure, attempt, info, overall)) co_return failure;
      const Duration pause = pause_before(attempt + 1, info);
      if (pause > Duration{}) co_await sleep(node_.loop(), pause);
      sent_again(attempt + 1, info);
    }
  }

  /// As call(); while what it needs is away (slow, cut off, behind an open breaker) it waits and
  /// begins again, until `info.deadline` is near.
  template <class Reply, class Send>
  Task<Result<Reply>> insist(Send send, CallInfo info) {
    const std::uint64_t subject = info.subject;
    for (std::uint64_t round = 1;; ++round) {
      auto reply = co_await call<Reply>(send, info);
      if (reply.ok() || !worth_waiting(reply.failure(), info.deadline)) co_return reply;
      co_await sleep(node_.loop(), patience);
      info.subject = subject ^ mix64(round);  // tries are counted anew, and drawn anew
    }
  }

  const DependencySettings& settings() const { return settings_; }

  // The steps of call(), for who sends in another way.

  void first_send() { budget_.sent_first(); }
  void succeeded() { budget_.succeeded(); }
  Breaker::Pass admit(const CallInfo& info);
  /// A try that began just before its caller's deadline says nothing of the dependency: overload
  /// of the caller would open the breaker of a healthy one.
  bool tells(bool timed_out, Duration given) const {
    return !timed_out || given * 4 >= settings_.timeout;
  }
  void heard(Breaker::Pass pass, bool answered);
  /// Whether another try may follow; takes it from the budget.
  bool again(Failure failure, std::uint32_t attempt, const CallInfo& info, Time overall);
  Duration pause_before(std::uint32_t attempt, const CallInfo& info) const;
  void sent_again(std::uint32_t attempt, const CallInfo& info);

 private:
  /// Between two rounds of insist().
  static constexpr Duration patience = whole_seconds(5);

  bool worth_waiting(Failure failure, Time until) const;
  void note(EventKind kind, const CallInfo& info, std::int64_t value, std::int64_t extra = 0);

  Service service_;
  const DependencySettings& settings_;
  Node& node_;
  History& history_;
  RetryBudget budget_;
  Breaker breaker_;
};

}  // namespace wavetank::service
