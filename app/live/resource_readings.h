#pragma once
// What was read of resources while a live run lasted, process by process.

#include <array>
#include <string>
#include <vector>

#include "system/base/time.h"
#include "system/live/latency_buckets.h"
#include "system/live/metrics_text.h"

namespace wavetank::app {

struct ResourceReading {
  Time at{};
  double started = 0;   ///< when its process began to count: another start counts from 0 again
  double busy_ns = 0;   ///< units in use, integrated over time
  double capacity = 0;  ///< 0 is no ceiling
  double waiting = 0;
  /// Waits that have ended, by the buckets of LatencyBuckets.
  std::array<double, live::LatencyBuckets::bounds.size() + 1> waits{};
};

/// One process's share of a resource.
struct ResourcePart {
  std::string resource;  ///< db.pool
  std::string process;
  std::vector<ResourceReading> readings;  ///< in the order of their times
};

/// What a process's page tells, at `at`: of process api/0 its db.pool, api.db_pool, api.cores,
/// api.loop (the thread of its event loop), api.resident and so on. Of what is no counter, busy_ns
/// is the value now: whoever reads again and again integrates it.
struct PageReading {
  std::string resource;
  bool is_gauge = false;
  ResourceReading reading;
};
std::vector<PageReading> readings_of(const std::string& process,
                                     const std::vector<live::MetricSample>& page, Time at);

}  // namespace wavetank::app
