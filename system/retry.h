#pragma once
// Retry policy: how often, how soon, and with what budget.

#include <cstdint>

#include "system/base/fields.h"
#include "system/base/random.h"
#include "system/base/result.h"

namespace wavetank::service {

enum class Backoff : std::uint8_t {
  none,                 ///< it is not sent again
  fixed,                ///< `base`; 0 s is at once
  exponential,          ///< `base` 2^(k-1) before the k-th retry, at most `most`
  jitter,               ///< uniform in [0, that] ("full jitter")
  equal_jitter,         ///< half of it, and as much again at most
  decorrelated_jitter,  ///< uniform in [base, 3 times the pause before], at most `most`
};

/// What puts tokens into a retry budget.
enum class Deposit : std::uint8_t { send, success };

struct RetrySettings {
  Backoff policy = Backoff::jitter;
  std::int64_t attempts = 3;
  Duration base = milliseconds(100);
  Duration most = whole_seconds(20);
  Ratio budget{0.1};
  Deposit deposit = Deposit::send;

  void describe(Fields& f);
  void disarm() { policy = Backoff::none; }
};

/// Whether the same request may be sent again after `failure`.
bool retryable(Failure failure);

/// The pause before try number `attempt` (1 is the first retry), drawn for the subject and attempt
/// (the kinds of jitter: Brooker, "Exponential backoff and jitter", 2015).
Duration backoff(const RetrySettings& settings, std::uint64_t seed, std::uint64_t subject,
                 std::uint32_t attempt);

/// A bucket of tokens: every first send, or every success, deposits `ratio`; a retry costs one.
/// Holds at most `cap`, and starts full, so that a quiet client may still retry (Finagle's
/// RetryBudget).
class RetryBudget {
 public:
  explicit RetryBudget(double ratio, std::int64_t cap = 10);
  explicit RetryBudget(const RetrySettings& settings) : RetryBudget(settings.budget.value) {
    per_ = settings.deposit;
  }
  void sent_first() {
    if (per_ == Deposit::send) deposit();
  }
  void succeeded() {
    if (per_ == Deposit::success) deposit();
  }
  void deposit();
  bool withdraw();

 private:
  static constexpr std::int64_t whole = 1'000'000;
  Deposit per_ = Deposit::send;
  std::int64_t gain_;
  std::int64_t cap_;
  std::int64_t tokens_;
};

}  // namespace wavetank::service
