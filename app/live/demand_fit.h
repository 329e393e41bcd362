#pragma once
// What one request of each kind costs each process in processor time: regressed on throughput (the
// utilisation law: Denning and Buzen 1978; regression as in Pacifici et al., "CPU demand for web
// serving", Performance Evaluation 65, 2008), never read from latencies.
//
// Reads are many and short, and cost less the busier the machine is: who finds more than one thing
// to do when it wakes up, or a cache that is still warm, spends less on each. So their demand is
// d (1 - economy x busy share), with the one economy for all processes that explains most of what
// they spent. Jobs are few and long, and cost what they cost.

#include <string>
#include <vector>

#include "app/live/cost_windows.h"

namespace wavetank::app {

/// The "process" whose time the load spends on watching the clock before it sends.
inline constexpr const char* watching = "watch";
inline constexpr const char* submitting = "submit";  ///< the operation that makes a job

struct Demand {
  std::string process, operation;
  double cpu_s = 0, error_s = 0;  ///< of one request where nothing else runs; its standard error
};

struct DemandFit {
  std::vector<Demand> demands;
  double economy = 0;     ///< of all operations but submit
  double background = 0;  ///< cores that are busy without requests
  double r2 = 0;          ///< of all processes together
  std::size_t windows = 0;
  std::string trouble;  ///< why there is no fit; empty where there is one

  /// How much of their demand reads cost where so many of `cores` cores are busy.
  double thrift(double busy, double cores) const;
};

/// Of runs whose beginning is left out. `cores` is what all of it shares; 0 for no economy.
DemandFit fit_demands(const std::vector<CostSamples>& warm_runs, double cores);

}  // namespace wavetank::app
