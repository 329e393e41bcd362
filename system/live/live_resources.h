#pragma once
// LiveResources: what one process of a platform holds and contends for, under the names that the
// simulator uses where they mean the same: db.pool, cache.pool, objects.pool, queue.pX/N, and of a
// worker workers.slots, workers.memory and workers.threads.
//
// Pools are integrated exactly; slots and memory are looked at every 20 ms.

#include <string>
#include <utility>
#include <vector>

#include "system/base/task_group.h"
#include "system/live/live_world.h"
#include "system/live/session_pool.h"
#include "system/ports/resources.h"

namespace wavetank::live {

class LiveResources final : public ResourceProbe {
 public:
  /// `node` is this process; the lag of topics is shown where `lag` is watched. `world` must
  /// outlive it.
  LiveResources(LiveWorld& world, const std::string& node, bool lag);

  const std::vector<std::string>& resources() const override { return names_; }
  /// `waiting` is -1 where nothing is known now, as while no broker answers.
  ResourceSample sample(std::size_t resource) const override;
  /// Waits are only counted: see waits().
  void report_waits(WaitSink&) override {}
  std::vector<std::pair<std::string, LatencyBuckets>> waits() const;

 private:
  PoolUse pool(std::size_t row) const;
  ResourceSample lag(std::size_t row) const;
  Task<void> watch();

  LiveWorld& world_;
  bool worker_;
  std::vector<std::string> names_;
  Uint128 slots_ = 0, memory_ = 0;  ///< integrated over time
  TaskGroup watch_;
};

}  // namespace wavetank::live
