// A dependency: how tries, pauses, budget, breaker and deadline come together.

#include "system/dependency.h"

#include <doctest/doctest.h>
#include <optional>
#include <vector>

using namespace wavetank;
using namespace wavetank::service;

namespace {

/// One try as the server saw it.
struct Try {
  std::uint32_t attempt;
  Time at;
  Time deadline;
  bool operator==(const Try&) const = default;
};

/// A place with one dependency, whose answers follow a script; beyond it all is well.
class Caller final : private Observer {
 public:
  explicit Caller(const DependencySettings& settings)
      : settings_(settings), dependency_(Service::database, settings_, node_, history_) {
    history_.subscribe_all(*this);
  }

  std::vector<std::optional<Failure>> script;
  std::vector<Try> tries;
  std::vector<std::uint64_t> subjects;  ///< what the draws of each try belong to
  std::vector<EventKind> events;

  /// The answer to one call, and when it came.
  struct Answer {
    std::optional<Result<int>> reply;
    Time at{};
  };
  Answer call(Time deadline = time_max, bool insists = false) {
    Answer answer;
    TaskGroup group(loop_, node_);
    group.start(one(deadline, insists, answer));
    loop_.run_until(time_max);
    return answer;
  }
  std::int64_t count(EventKind kind) const {
    return std::count(events.begin(), events.end(), kind);
  }
  Time now() const { return loop_.now(); }
  void wait(Duration d) { loop_.run_until(loop_.now() + d); }

 private:
  void on_event(const Event& event) override { events.push_back(event.kind); }

  // A server that answers after 1 ms, or keeps silent until the deadline.
  Task<Result<int>> serve(CallInfo info) {
    const std::size_t n = tries.size();
    tries.push_back({info.attempt, loop_.now(), info.deadline});
    subjects.push_back(info.subject);
    const std::optional<Failure> failure = n < script.size() ? script[n] : std::nullopt;
    if (failure == Failure::timeout) {
      co_await sleep_until(loop_, info.deadline);
    } else {
      co_await sleep(loop_, milliseconds(1));
    }
    if (failure) co_return *failure;
    co_return 7;
  }

  Task<void> one(Time deadline, bool insists, Answer& answer) {
    CallInfo info;
    info.deadline = deadline;
    info.subject = 3;
    auto send = [this](CallInfo told) { return serve(told); };
    if (insists) {
      auto reply = co_await dependency_.insist<int>(send, info);
      answer.reply = reply;
    } else {
      auto reply = co_await dependency_.call<int>(send, info);
      answer.reply = reply;
    }
    answer.at = loop_.now();
  }

  Run run_{42};
  Loop loop_{run_};
  Node node_{loop_, NodeId{1}, "api/0"};
  History history_{loop_};
  DependencySettings settings_;
  Dependency dependency_;
};

DependencySettings fixed_retries(std::int64_t attempts = 3) {
  DependencySettings settings;
  settings.retry.policy = Backoff::fixed;
  settings.retry.attempts = attempts;
  return settings;
}

constexpr Time ms(std::int64_t n) { return Time{} + milliseconds(n); }

}  // namespace

TEST_CASE("dependency: a try has the timeout, and no more than is left of the deadline") {
  Caller patient(fixed_retries());
  CHECK(patient.call(ms(9'000)).reply->ok());
  CHECK(patient.tries == std::vector<Try>{{0, ms(0), ms(1'000)}});
  Caller hurried(fixed_retries());
  hurried.call(ms(300));
  CHECK(hurried.tries == std::vector<Try>{{0, ms(0), ms(300)}});
}

TEST_CASE("dependency: sends again after the pause, under the next attempt's number") {
  Caller caller(fixed_retries());
  caller.script = {Failure::timeout, Failure::refused};
  const auto answer = caller.call();
  CHECK(answer.reply->ok());
  CHECK(caller.tries == std::vector<Try>{{0, ms(0), ms(1'000)},
                                         {1, ms(1'100), ms(2'100)},
                                         {2, ms(1'201), ms(2'201)}});
  CHECK(caller.events == std::vector{EventKind::retry_sent, EventKind::retry_sent});
}

TEST_CASE("dependency: gives up after the last try, with its failure") {
  Caller caller(fixed_retries(2));
  caller.script = {Failure::timeout, Failure::throttled, Failure::reset};
  CHECK(caller.call().reply->failure() == Failure::throttled);
  CHECK(caller.tries.size() == 2);
}

TEST_CASE("dependency: what no retry helps is not sent again, nor is anything without a policy") {
  Caller caller(fixed_retries());
  caller.script = {Failure::conflict};
  CHECK(caller.call().reply->failure() == Failure::conflict);
  CHECK(caller.tries.size() == 1);
  DependencySettings settings = fixed_retries();
  settings.retry.disarm();
  Caller once(settings);
  once.script = {Failure::timeout};
  CHECK(once.call().reply->failure() == Failure::timeout);
  CHECK(once.tries.size() == 1);
}

TEST_CASE("dependency: no try begins after the deadline of the whole") {
  Caller caller(fixed_retries(5));
  caller.script = std::vector<std::optional<Failure>>(9, Failure::timeout);
  const auto answer = caller.call(ms(1'500));
  CHECK(answer.reply->failure() == Failure::timeout);
  CHECK(answer.at == ms(1'500));
  CHECK(caller.tries.size() == 2);
}

TEST_CASE("dependency: an empty budget denies a retry and says so") {
  DependencySettings settings = fixed_retries(100);
  settings.retry.budget = Ratio{0};
  settings.breaker.enabled = false;
  Caller caller(settings);
  caller.script = std::vector<std::optional<Failure>>(99, Failure::refused);
  CHECK(caller.call().reply->failure() == Failure::refused);
  CHECK(caller.tries.size() == 11);
  CHECK(caller.count(EventKind::retry_denied) == 1);
  CHECK(caller.count(EventKind::retry_sent) == 10);
}

TEST_CASE("dependency: the breaker opens, refuses without a try, and closes after a good trial") {
  DependencySettings settings = fixed_retries();
  settings.retry.disarm();
  Caller caller(settings);
  caller.script = std::vector<std::optional<Failure>>(5, Failure::timeout);
  for (int i = 0; i < 5; ++i) caller.call();
  CHECK(caller.events == std::vector{EventKind::breaker_opened});
  CHECK(caller.call().reply->failure() == Failure::unavailable);
  CHECK(caller.tries.size() == 5);
  CHECK(caller.events.back() == EventKind::breaker_rejected);
  caller.wait(whole_seconds(60));
  CHECK(caller.call().reply->ok());
  CHECK(caller.events.back() == EventKind::breaker_closed);
  CHECK(caller.call().reply->ok());
}

TEST_CASE("dependency: answers that no retry helps are a healthy server's") {
  DependencySettings settings = fixed_retries();
  Caller caller(settings);
  caller.script = std::vector<std::optional<Failure>>(20, Failure::conflict);
  for (int i = 0; i < 20; ++i) caller.call();
  CHECK(caller.events.empty());
}

TEST_CASE("dependency: tries that had no time say nothing of the server") {
  DependencySettings settings = fixed_retries();
  settings.retry.disarm();
  Caller caller(settings);
  caller.script = std::vector<std::optional<Failure>>(20, Failure::timeout);
  for (int i = 0; i < 10; ++i) caller.call(caller.now() + milliseconds(100));
  CHECK(caller.events.empty());
  for (int i = 0; i < 5; ++i) caller.call(caller.now() + milliseconds(250));
  CHECK(caller.count(EventKind::breaker_opened) == 1);
}

TEST_CASE("dependency: insisting outlasts an open breaker, until the deadline is near") {
  DependencySettings settings = fixed_retries();
  settings.retry.disarm();
  Caller caller(settings);
  caller.script = std::vector<std::optional<Failure>>(6, Failure::refused);
  const auto answer = caller.call(ms(300'000), true);
  CHECK(answer.reply->ok());
  CHECK(caller.tries.size() == 7);
  CHECK(answer.at > ms(120'000));  // Two rounds of the breaker.
  Caller stuck(settings);
  stuck.script = std::vector<std::optional<Failure>>(99, Failure::refused);
  const auto failed = stuck.call(ms(22'000), true);
  CHECK(!failed.reply->ok());
  CHECK(failed.at <= ms(22'000));
  CHECK(failed.at > ms(15'000));
}

TEST_CASE("dependency: each round of insisting counts its tries anew, and draws anew") {
  Caller caller(fixed_retries(2));
  caller.script = std::vector<std::optional<Failure>>(4, Failure::timeout);
  const auto answer = caller.call(ms(60'000), true);
  CHECK(answer.reply->ok());
  // Rounds of two tries, a second of timeout each and 100 ms between; five seconds between rounds.
  CHECK(caller.tries == std::vector<Try>{{0, ms(0), ms(1'000)},
                                         {1, ms(1'100), ms(2'100)},
                                         {0, ms(7'100), ms(8'100)},
                                         {1, ms(8'200), ms(9'200)},
                                         {0, ms(14'200), ms(15'200)}});
  const std::vector<std::uint64_t>& drawn = caller.subjects;
  CHECK(drawn[0] == drawn[1]);
  CHECK(drawn[2] == drawn[3]);
  CHECK(drawn[0] != drawn[2]);
  CHECK(drawn[0] != drawn[4]);
  CHECK(drawn[2] != drawn[4]);
}

TEST_CASE("dependency: what no waiting helps is not insisted on") {
  for (const Failure failure : {Failure::conflict, Failure::not_found, Failure::fenced}) {
    Caller caller(fixed_retries());
    caller.script = {failure};
    CHECK(caller.call(ms(60'000), true).reply->failure() == failure);
    CHECK(caller.tries.size() == 1);
  }
}
