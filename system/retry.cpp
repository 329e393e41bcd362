#include "system/retry.h"

namespace wavetank::service {
namespace {

constexpr const char* backoff_names[] = {"none",   "fixed",        "exponential",
                                         "jitter", "equal_jitter", "decorrelated_jitter"};
constexpr const char* deposit_names[] = {"send", "success"};
constexpr Purpose jitter_purpose("retry.jitter");

/// Uniform in [0, most].
std::int64_t up_to(std::int64_t most, std::uint64_t seed, std::uint64_t subject,
                   std::uint32_t attempt) {
  const std::uint64_t bits = draw(seed, jitter_purpose, subject, attempt);
  return static_cast<std::int64_t>(below(bits, static_cast<std::uint64_t>(most) + 1));
}

/// Each pause follows from the one before, back to the first.
Duration decorrelated(const RetrySettings& settings, std::uint64_t seed, std::uint64_t subject,
                      std::uint32_t attempt) {
  constexpr std::uint32_t attempts_max = 100;
  const std::uint32_t last = attempt < attempts_max ? attempt : attempts_max;
  Duration pause = settings.base;
  for (std::uint32_t k = 1; k <= last; ++k) {
    const std::int64_t longest = pause.ns > settings.most.ns / 3 ? settings.most.ns : pause.ns * 3;
    const std::int64_t spread = longest > settings.base.ns ? longest - settings.base.ns : 0;
    pause = settings.base + Duration{up_to(spread, seed, subject, k)};
    if (pause > settings.most) pause = settings.most;
  }
  return pause;
}

}  // namespace

void RetrySettings::describe(Fields& f) {
  f.field("policy", policy, backoff_names,
          {.help = "When a failed request is sent again: never (none), after a pause that is "
                   "always the same (fixed), doubles, or is drawn.",
           .source = "AWS SDK: full jitter"});
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
  f.field("deposit", deposit, deposit_names,
          {.help = "What adds to the budget: each first send, or each success."});
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
  if (settings.policy == Backoff::decorrelated_jitter) {
    return decorrelated(settings, seed, subject, attempt);
  }
  const std::uint32_t doublings = attempt - 1 < 20 ? attempt - 1 : 20;
  Duration pause = settings.base * (std::int64_t{1} << doublings);
  if (pause > settings.most || pause.ns < 0) pause = settings.most;
  if (settings.policy == Backoff::exponential) return pause;
  if (settings.policy == Backoff::jitter) return {up_to(pause.ns, seed, subject, attempt)};
  const std::int64_t half = pause.ns / 2;
  return {half + up_to(pause.ns - half, seed, subject, attempt)};
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
