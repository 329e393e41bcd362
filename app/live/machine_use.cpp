#include "app/live/machine_use.h"

#include <fstream>

namespace wavetank::app {

/// The first line of /proc/stat: user nice system idle iowait irq softirq steal, in ticks. Guests
/// are within user and nice.
std::optional<MachineUse::Ticks> MachineUse::now() {
  std::ifstream in("/proc/stat");
  std::string name;
  if (!(in >> name) || name != "cpu") return std::nullopt;
  Ticks ticks;
  std::uint64_t value = 0;
  for (int field = 0; field < 8 && in >> value; ++field) {
    ticks.all += value;
    if (field == 3 || field == 4) ticks.idle += value;
  }
  return ticks;
}

void MachineUse::at(const std::string& phase) {
  if (phase != "chaos") return;
  to_ = now();
  if (!from_) from_ = to_;
}

std::optional<double> MachineUse::busy() const {
  if (!from_ || !to_ || to_->all <= from_->all) return std::nullopt;
  const auto all = static_cast<double>(to_->all - from_->all);
  return 1 - static_cast<double>(to_->idle - from_->idle) / all;
}

}  // namespace wavetank::app
