#pragma once
// What the calls of the ports cost a machine and wait for, from what was measured while it served
// some: the demand of requests is shared out to the calls that they make, and what a call took
// beyond its demand is what it waited for besides.

#include <string>
#include <vector>

#include "app/live/cost_windows.h"
#include "app/live/demand_fit.h"
#include "app/live/run_queue_fit.h"
#include "sim/world/settings.h"

namespace wavetank::app {

struct CostFit {
  DemandFit demand;
  RunQueueFit run_queue;
  std::vector<sim::OperationCost> operations;
  Duration slot_wait{};  ///< mean, until a task got its slot
  std::string trouble;   ///< why there is no fit; empty where there is one
};

/// How long calls waited is read from the last run, which should be that of the greatest load: idle
/// cores wake slowly, which says nothing of busy ones. What its requests waited for each other, and
/// in the run queue, is taken off. The beginning of each run is left out. `commit_s` is what a
/// flush of the disk takes on average, `cores` how many all of it shares.
CostFit fit_costs(const std::vector<CostSamples>& runs, double commit_s, double cores);

}  // namespace wavetank::app
