#pragma once
// Resources: whatever a world holds and contends for, under one naming rule, so that a report can
// rank them all.
//
// A name is <component>.<what>: one resource a kind and node pool, summed over the pool's nodes. A
// part that a key maps to gets a row of its own behind a slash. The names in use:
//   workers.slots  workers.memory  workers.disk  workers.network_in  workers.network_out
//   db.pool  api.threads  queue.<topic>/<partition>  objects.writes  objects.reads
//   scheduler  cache
// A second pool of workers is workers.<pool>.slots and so on.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "system/base/time.h"
#include "system/base/wide.h"

namespace wavetank {

struct ResourceSample {
  /// Units in use, integrated over time since the start of the run: slots, bytes, connections or
  /// threads times ns; for a shared bandwidth (capacity 1 a node), ns in which it was in use.
  Uint128 busy = 0;
  std::int64_t capacity = 0;  ///< units there are now; 0: no ceiling, so no utilisation
  std::int64_t waiting = 0;   ///< how many wait for it now; for a partition, its lag in messages
};

/// Told of each wait for a resource when it ends.
class WaitSink {
 public:
  virtual ~WaitSink() = default;
  virtual void waited(std::size_t resource, Duration wait) = 0;
};

/// What a world lets a report see of its resources.
class ResourceProbe {
 public:
  virtual ~ResourceProbe() = default;

  /// Their names; the index is the resource's number. Fixed once the run has started.
  virtual const std::vector<std::string>& resources() const = 0;

  /// Exact up to now. Called once a step of the series, never from inside a call.
  virtual ResourceSample sample(std::size_t resource) const = 0;

  /// From now on `sink` hears of every wait. Not owned; it outlives the run.
  virtual void report_waits(WaitSink& sink) = 0;
};

}  // namespace wavetank
