#include "system/ports/controls.h"

namespace wavetank {

const char* name_of(Power power) {
  static constexpr const char* names[] = {"crash",  "pause",       "clock_skew", "slow_cpu",
                                          "memory", "cache_state", "keys",       "load_rate",
                                          "stations", "bandwidth"};
  return names[static_cast<int>(power)];
}

}  // namespace wavetank
