#pragma once
// What a working set costs that does not fit into memory: an external merge sort with fan-in F on
// the local disk (Knuth, The Art of Computer Programming, volume 3, section 5.4.1: runs as large as
// the memory, merged F at a time). Spark's ExternalSorter spills such runs.

#include <cstdint>

#include "system/base/units.h"

namespace wavetank {

/// w = e x s, rounded up; `expansion` is taken to a thousandth.
Bytes working_set(Bytes serialized, double expansion);

struct SpillPlan {
  std::int64_t runs = 0;  ///< 0 where it fits
  std::int64_t passes = 0;
  Bytes moved{};          ///< written and read back, over all passes
};

/// w <= memory: no runs. Otherwise ceil(w / memory) runs, max(1, ceil(log_F(runs))) passes, and
/// each pass writes and reads back the serialized bytes. `memory` must be positive where w does not
/// fit, `fan_in` at least 2.
SpillPlan spill_plan(Bytes serialized, double expansion, Bytes memory, std::int64_t fan_in);

}  // namespace wavetank
