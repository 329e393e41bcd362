#pragma once
// What was read of an attached platform's own figures, as a report shows it.

#include <vector>

#include "app/live/metric_watch.h"
#include "app/live/resource_readings.h"
#include "scenarios/engine/run_report.h"

namespace wavetank::app {

/// Those with a ceiling as resources: use against it, where it is known.
std::vector<ResourcePart> resources_of(const std::vector<MetricReadings>& all);

/// Adds each as a series on the grid of the others, empty where nothing was read in a step, and as
/// a row: least, mean, most, and for how much of the run it was not known.
void add_readings(const std::vector<MetricReadings>& all, engine::RunReport& report);

}  // namespace wavetank::app
