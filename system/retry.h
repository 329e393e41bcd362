#pragma once
// Retry policy: how often, how soon, and with what budget.

#include <cstdint>

#include "system/base/fields.h"
#include "system/base/random.h"
#include "system/base/result.h"

namespace wavetank::service {

enum class Backoff : std::uint8_t { none, fixed, exponential, jitter };

struct RetrySettings {
  Backoff policy = Backoff::jitter;
  std::int64_t attempts = 3;
  Duration base = milliseconds(100);
  Duration most = whole_seconds(20);
  Ratio budget{0.1};

  void describe(Fields& f);
  void disarm() { policy = Backoff::none; }
};

/// Whether the same request may be sent again after `failure`.
bool retryable(Failure failure);

/// The pause before try number `attempt` (1 is the first retry). With jitter it is uniform in
/// [0, base 2^(attempt-1)) ("full jitter", Brooker 2015), drawn for the subject and attempt.
Duration backoff(const RetrySettings& settings, std::uint64_t seed, std::uint64_t subject,
                 std::uint32_t attempt);

/// A bucket of tokens: every first send deposits `ratio`, a retry costs one. Holds at most `cap`,
/// and starts full, so that a quiet client may still retry (Finagle's RetryBudget).
class RetryBudget {
 public:
  explicit RetryBudget(double ratio, std::int64_t cap = 10);
  void deposit();
  bool withdraw();

 private:
  static constexpr std::int64_t whole = 1'000'000;
  std::int64_t gain_;
  std::int64_t cap_;
  std::int64_t tokens_;
};

}  // namespace wavetank::service
