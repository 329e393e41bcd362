#include "system/base/spill.h"

#include "system/base/check.h"
#include "system/base/wide.h"

namespace wavetank {

Bytes working_set(Bytes serialized, double expansion) {
  const auto milli = static_cast<std::int64_t>(expansion * 1000.0 + 0.5);
  return {static_cast<std::int64_t>((static_cast<Int128>(serialized.count) * milli + 999) / 1000)};
}

SpillPlan spill_plan(Bytes serialized, double expansion, Bytes memory, std::int64_t fan_in) {
  const Bytes working = working_set(serialized, expansion);
  if (working <= memory) return {};
  WAVETANK_CHECK(memory.count > 0, "a task needs some memory to sort in");
  WAVETANK_CHECK(fan_in >= 2, "a merge has at least two inputs");
  SpillPlan plan;
  plan.runs = (working.count - 1) / memory.count + 1;
  plan.passes = 1;
  for (Int128 reach = fan_in; reach < plan.runs; reach *= fan_in) ++plan.passes;
  plan.moved = {2 * serialized.count * plan.passes};
  return plan;
}

}  // namespace wavetank
