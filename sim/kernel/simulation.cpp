#include "sim/kernel/simulation.h"

namespace wavetank::sim {

bool Simulation::run_until(Time limit, const std::function<bool()>& stop) {
  for (std::uint64_t steps = 0;; ++steps) {
    if ((steps & 4095u) == 4095u && stop && stop()) return false;
    if (!loop_.step(limit)) break;
  }
  if (limit != time_max) loop_.advance(limit);
  return true;
}

}  // namespace wavetank::sim
