#pragma once
// What a drill read of its platform beside the history, while the load ran.

#include <vector>

#include "app/live/metric_watch.h"
#include "app/live/resource_readings.h"

namespace wavetank::app {

struct DrillSeen {
  std::vector<ResourcePart> resources;
  std::vector<MetricReadings> metrics;  ///< of a platform that is not ours
};

}  // namespace wavetank::app
