#include "system/breaker.h"

namespace wavetank::service {

void BreakerSettings::describe(Fields& f) {
  f.field("enabled", enabled, {.help = "Refuses calls at once while a dependency keeps failing."});
  f.field("fail_max", fail_max,
          {.help = "Failures in a row that open it.",
           .source = "pybreaker",
           .vendor = "fail_max",
           .min = 1});
  f.field("reset", reset,
          {.help = "How long it stays open before one trial.",
           .source = "pybreaker: 60 s",
           .vendor = "reset_timeout"});
}

Breaker::Pass Breaker::allow(Time now) {
  if (!settings_.enabled || !open_) return Pass::ordinary;
  // A trial whose caller died is given up after another reset.
  const bool trial_lost = trial_ && now - trial_at_ >= settings_.reset;
  if (now - opened_ < settings_.reset || (trial_ && !trial_lost)) return Pass::refused;
  trial_ = true;
  trial_at_ = now;
  return Pass::trial;
}

Breaker::Change Breaker::succeeded(Pass pass, Time now) {
  if (open_ && pass != Pass::trial) return Change::none;
  failures_ = 0;
  if (!open_) return Change::none;
  open_ = trial_ = false;
  last_open_ = now - opened_;
  return Change::closed;
}

Breaker::Change Breaker::failed(Pass pass, Time now) {
  if (!settings_.enabled) return Change::none;
  if (open_) {
    if (pass != Pass::trial) return Change::none;
    trial_ = false;
    opened_ = now;
    return Change::none;
  }
  if (++failures_ < settings_.fail_max) return Change::none;
  open_ = true;
  opened_ = now;
  return Change::opened;
}

}  // namespace wavetank::service
