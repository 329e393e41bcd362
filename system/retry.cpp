#include "system/retry.h"

namespace wavetank::service {
namespace {

constexpr const char* backoff_names[] = {"none", "fixed", "exponential", "jitter"};

}  // namespace

void RetrySettings::describe(Fields& f) {
  f.field("policy", policy, backoff_names,
          {.help = "When a failed request is sent again; none never does."});
  f.field("attempts", attempts,
          {.help = "Tries in all, the first included.",
           .source = "AWS SDK standard mode",
           .vendor = "max_attempts",
           .min = 1,
           .max = 100});
  f.field("base", base, {.help = "The first pause.", .vendor = "retry.backoff.ms"});
  f.field("most", most,
          {.help = "The longest pause.", .source = "AWS SDK: 20 s", .vendor = "max_backoff"});
  f.field("budget", budget,
          {.help = "Retries allowed as a share of first sends; 100% switches the budget off.",
           .source = "Finagle RetryBudget"});
}

bool retryable(Failure failure) {
  switch (failure) {
    case Failure::timeout:
    case Failure::refused:
    case Failure::reset:
    case Failure::throttled:
      return true;
    default:
      return false;
  }
}

Duration backoff(const RetrySettings& settings, std::uint64_t seed, std::uint64_t subject,
                 std::uint32_t attempt) {
  if (settings.policy == Backoff::none || attempt == 0) return {};
  if (settings.policy == Backoff::fixed) return settings.base;
  const std::uint32_t doublings = attempt - 1 < 20 ? attempt - 1 : 20;
  Duration pause = settings.base * (std::int64_t{1} << doublings);
  if (pause > settings.most || pause.ns < 0) pause = settings.most;
  if (settings.policy == Backoff::exponential) return pause;
  const std::uint64_t bits = draw(seed, Purpose("retry.jitter"), subject, attempt);
  return {static_cast<std::int64_t>(below(bits, static_cast<std::uint64_t>(pause.ns) + 1))};
}

RetryBudget::RetryBudget(double ratio, std::int64_t cap)
    : gain_(ratio >= 1 ? whole * cap : static_cast<std::int64_t>(ratio * whole)),
      cap_(cap * whole),
      tokens_(cap_) {}

void RetryBudget::deposit() {
  tokens_ = tokens_ + gain_ > cap_ ? cap_ : tokens_ + gain_;
}

bool RetryBudget::withdraw() {
  if (gain_ >= cap_) return true;
  if (tokens_ < whole) return false;
  tokens_ -= whole;
  return true;
}

}  // namespace wavetank::service
