#pragma once
// What an external sort or aggregation costs in local disk: models of a merge sort with fan-in F.

#include <cstdint>

#include "system/base/units.h"

namespace wavetank::sim {

/// w = e x s, rounded up; `expansion` is taken to a thousandth.
Bytes working_set(Bytes serialized, double expansion);

struct SpillPlan {
  std::int64_t runs = 0;  ///< 0 where the working set fits
  int passes = 0;
  Bytes io{};  ///< written and read back, over all passes
};

/// w <= granted: no runs. Otherwise runs = ceil(w / granted), passes = max(1, ceil(log_F(runs)))
/// and 2 x s bytes of I/O a pass. `granted` must be positive where w does not fit, `fan_in` at
/// least 2.
SpillPlan spill_plan(Bytes serialized, double expansion, Bytes granted, int fan_in = 10);

}  // namespace wavetank::sim
