#include "system/retry.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace wavetank;
using namespace wavetank::service;

namespace {

Duration pause(Backoff policy, std::uint32_t attempt, std::uint64_t subject = 1) {
  RetrySettings settings;
  settings.policy = policy;
  return backoff(settings, 42, subject, attempt);
}

}  // namespace

TEST_CASE("retry: only what may pass is sent again") {
  for (const Failure failure :
       {Failure::timeout, Failure::refused, Failure::reset, Failure::throttled}) {
    CHECK(retryable(failure));
  }
  for (const Failure failure :
       {Failure::conflict, Failure::not_found, Failure::fenced, Failure::evicted,
        Failure::out_of_memory, Failure::disk_full, Failure::executor_lost, Failure::killed,
        Failure::invalid, Failure::unavailable}) {
    CHECK(!retryable(failure));
  }
}

TEST_CASE("backoff: none, fixed and exponential pauses; the first try waits for nothing") {
  CHECK(pause(Backoff::none, 3) == Duration{});
  CHECK(pause(Backoff::fixed, 0) == Duration{});
  CHECK(pause(Backoff::fixed, 7) == milliseconds(100));
  CHECK(pause(Backoff::exponential, 1) == milliseconds(100));
  CHECK(pause(Backoff::exponential, 4) == milliseconds(800));
  CHECK(pause(Backoff::exponential, 9) == whole_seconds(20));
  CHECK(pause(Backoff::exponential, 4'000'000'000) == whole_seconds(20));
}

TEST_CASE(
    "backoff: jitter lies in [0, exponential], belongs to subject and attempt, fills its range") {
  CHECK(rc::check([](std::uint64_t subject, std::uint8_t attempt) {
    const Duration drawn = pause(Backoff::jitter, attempt, subject);
    RC_ASSERT(drawn >= Duration{});
    RC_ASSERT(drawn <= pause(Backoff::exponential, attempt));
    RC_ASSERT(drawn == pause(Backoff::jitter, attempt, subject));
  }));
  double sum = 0;
  int above = 0;
  for (std::uint64_t subject = 0; subject < 10'000; ++subject) {
    const Duration drawn = pause(Backoff::jitter, 2, subject);
    sum += seconds(drawn);
    above += drawn > milliseconds(150) ? 1 : 0;
  }
  CHECK(sum / 10'000 == doctest::Approx(0.1).epsilon(0.02));
  CHECK(above == doctest::Approx(2'500).epsilon(0.06));
}

TEST_CASE("budget: a quiet client may retry up to the cap, a busy one its share") {
  RetryBudget budget(0.1, 10);
  int allowed = 0;
  while (budget.withdraw()) ++allowed;
  CHECK(allowed == 10);
  for (int sent = 0; sent < 100; ++sent) {
    budget.deposit();
    allowed += budget.withdraw() ? 1 : 0;
  }
  CHECK(allowed == 20);
  for (int sent = 0; sent < 1'000; ++sent) budget.deposit();
  for (allowed = 0; budget.withdraw();) ++allowed;
  CHECK(allowed == 10);
}

TEST_CASE("budget: 0 % leaves the first tokens only, 100 % is no budget") {
  RetryBudget none(0);
  for (int i = 0; i < 10; ++i) CHECK(none.withdraw());
  none.deposit();
  CHECK(!none.withdraw());
  RetryBudget free(1);
  for (int i = 0; i < 1'000; ++i) CHECK(free.withdraw());
}

TEST_CASE(
    "backoff: equal jitter keeps half of the pause, decorrelated jitter follows the one before") {
  CHECK(rc::check([](std::uint64_t subject, std::uint8_t attempt) {
    const Duration whole = pause(Backoff::exponential, attempt);
    const Duration equal = pause(Backoff::equal_jitter, attempt, subject);
    RC_ASSERT(equal >= whole / 2);
    RC_ASSERT(equal <= whole);
    const Duration free = pause(Backoff::decorrelated_jitter, attempt, subject);
    RC_ASSERT(free <= whole_seconds(20));
    if (attempt == 0) return;
    const Duration before = attempt == 1
                                ? milliseconds(100)
                                : pause(Backoff::decorrelated_jitter, attempt - 1u, subject);
    RC_ASSERT(free >= milliseconds(100));
    RC_ASSERT(free <= before * 3);
  }));
}

TEST_CASE("a budget may grow by sends or by successes") {
  RetrySettings settings;
  settings.budget = {0.5};
  const auto granted = [&settings] {
    RetryBudget budget(settings);
    for (int i = 0; i < 100 && budget.withdraw(); ++i) {
    }
    for (int i = 0; i < 4; ++i) budget.sent_first();
    int after_sends = 0;
    while (after_sends < 100 && budget.withdraw()) ++after_sends;
    for (int i = 0; i < 6; ++i) budget.succeeded();
    int after_successes = 0;
    while (after_successes < 100 && budget.withdraw()) ++after_successes;
    return std::pair(after_sends, after_successes);
  };
  CHECK(granted() == std::pair(2, 0));
  settings.deposit = Deposit::success;
  CHECK(granted() == std::pair(0, 3));
}
