#pragma once
// A Dask worker's memory monitor (distributed.worker.memory: target .60, spill .70, pause .80,
// terminate .95 of the limit).

#include <cstdint>

#include "system/base/units.h"

namespace wavetank::sim {

/// Thresholds in thousandths of the limit.
struct DaskThresholds {
  std::int64_t target_milli = 600;
  std::int64_t spill_milli = 700;
  std::int64_t pause_milli = 800;
  std::int64_t terminate_milli = 950;
};

enum class DaskAction : std::uint8_t {
  none,
  spill,
  pause,      ///< start no task, and spill
  terminate,  ///< the nanny kills the worker
};

class DaskMemory {
 public:
  struct Decision {
    DaskAction action = DaskAction::none;
    Bytes to_spill{};  ///< brings the worker down to target
  };

  explicit DaskMemory(Bytes limit, DaskThresholds thresholds = {})
      : thresholds_(thresholds), limit_(limit) {}

  /// What the worker does while it holds `held`. Spilling starts above spill and goes on until
  /// target is reached; a pause starts above pause and ends at or below it.
  Decision observe(Bytes held);

  void set_limit(Bytes limit) { limit_ = limit; }
  bool paused() const { return paused_; }

 private:
  bool above(Bytes held, std::int64_t milli) const;

  DaskThresholds thresholds_;
  Bytes limit_;
  bool spilling_ = false;
  bool paused_ = false;
};

}  // namespace wavetank::sim
