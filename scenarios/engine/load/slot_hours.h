#pragma once
// Offered work: the slot time that the planned jobs ask of a cluster, by the hour of their arrival.
//
// A job's tasks each start, then move bytes at fixed rates: maps read their split and write what
// they shuffle, reduces fetch it, the last stage writes the output. Waiting, spills and retries are
// not offered work.

#include <vector>

#include "scenarios/engine/load/load_plan.h"
#include "system/driver.h"

namespace wavetank::engine {

/// What a task's time is made of: the settings of the cluster, as its world states them. The
/// defaults are those of scenarios/facebook_day.json: a Hadoop cluster of 2009.
struct TaskCosts {
  Duration start = whole_seconds(3);
  Bandwidth scan{5'000'000};      ///< input of a map
  Bandwidth shuffle{10'000'000};  ///< what a map writes for the reduces
  Bandwidth reduce{5'000'000};    ///< what a reduce fetches and merges
  Bandwidth output{25'000'000};
};

/// Slot time of one job, in seconds.
double slot_seconds(const Workload& work, const service::DriverSettings& driver,
                    const TaskCosts& costs);

struct OfferedWork {
  std::uint64_t jobs = 0;
  std::uint64_t maps = 0;
  std::uint64_t reduces = 0;
  std::uint64_t jobs_without_reduces = 0;
  double slot_seconds = 0;
  std::vector<double> slot_hours;  ///< by hour of planned arrival, up to the last one
};

/// Replays the planned arrivals of all loads that submit; spikes are not planned.
OfferedWork offered_work(const LoadPlan& plan, const service::DriverSettings& driver,
                         const TaskCosts& costs);

}  // namespace wavetank::engine
