#include "sim/world/bandwidth.h"

namespace wavetank::sim {

Task<void> SharedLink::pump() {
  for (;;) {
    co_await alarm_.ring();
    const Time now = loop_.now();
    while (Flow* flow = model_.pop_completed(now)) {
      // One that was begun and is not awaited yet has nobody to wake.
      Waiter& waiter = static_cast<Transfer*>(flow)->waiter_;
      if (waiter.handle) loop_.post(waiter);
    }
    alarm_.set(model_.next_completion());
  }
}

void SharedLink::cancel(Transfer& transfer) {
  model_.cancel(loop_.now(), transfer);
  alarm_.set(model_.next_completion());
}

void SharedLink::set_share(double share) {
  const double rate = static_cast<double>(capacity_) * share;
  model_.set_capacity(loop_.now(), static_cast<std::int64_t>(rate));
  alarm_.set(model_.next_completion());
}

ResourceSample SharedLink::sample() {
  const SharedUsage& usage = model_.usage(loop_.now());
  return {static_cast<Uint128>(usage.busy.ns), 1, static_cast<std::int64_t>(model_.flows())};
}

}  // namespace wavetank::sim
