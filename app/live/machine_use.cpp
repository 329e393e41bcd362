#include "app/live/machine_use.h"

namespace wavetank::app {

void MachineUse::at(const std::string& phase) {
  if (phase != "chaos") return;
  to_ = live::machine_times();
  if (!from_) from_ = to_;
}

std::optional<double> MachineUse::busy() const {
  if (!from_ || !to_) return std::nullopt;
  const double busy = to_->busy_s - from_->busy_s, idle = to_->idle_s - from_->idle_s;
  if (busy + idle <= 0) return std::nullopt;
  return busy / (busy + idle);
}

}  // namespace wavetank::app
