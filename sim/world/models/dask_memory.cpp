#include "sim/world/models/dask_memory.h"

#include "system/base/wide.h"

namespace wavetank::sim {

bool DaskMemory::above(Bytes held, std::int64_t milli) const {
  return static_cast<Int128>(held.count) * 1000 > static_cast<Int128>(limit_.count) * milli;
}

DaskMemory::Decision DaskMemory::observe(Bytes held) {
  if (above(held, thresholds_.terminate_milli)) return {DaskAction::terminate, {}};
  paused_ = above(held, thresholds_.pause_milli);
  if (above(held, thresholds_.spill_milli)) spilling_ = true;
  if (!above(held, thresholds_.target_milli)) spilling_ = false;
  if (!spilling_) return {};
  const auto target = static_cast<Int128>(limit_.count) * thresholds_.target_milli / 1000;
  return {paused_ ? DaskAction::pause : DaskAction::spill,
          held - Bytes{static_cast<std::int64_t>(target)}};
}

}  // namespace wavetank::sim
