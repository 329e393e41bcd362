#pragma once
// What requests cost a machine, from what was measured while it served some: processor time by
// process and operation, and how long the calls of the ports took.
//
// Demand is regressed on throughput (the utilisation law: Denning and Buzen 1978; regression as in
// Pacifici et al., "CPU demand for web serving", Performance Evaluation 65, 2008), never read from
// latencies. What a call took beyond its demand is what it waited for besides.

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sim/world/settings.h"

namespace wavetank::app {

/// How long calls of one kind took, as a histogram of cumulative counts read from /metrics.
struct CallTimes {
  double count = 0, sum_s = 0;
  std::map<double, double> below;  ///< upper bound in s: how many took no longer

  CallTimes& operator+=(const CallTimes& other);
  CallTimes operator-(const CallTimes& earlier) const;
  double mean_s() const { return count > 0 ? sum_s / count : 0; }
  /// Between two bounds calls lie evenly on a logarithmic scale.
  double quantile_s(double share) const;
};

/// Where everything stood at one moment: totals since each process began.
struct CostSample {
  double at_s = 0;
  std::map<std::string, double> cpu_s;     ///< by process: api, launcher, database, generator ...
  std::map<std::string, double> requests;  ///< answered, by operation: submit, status, output
  std::map<std::pair<std::string, std::string>, CallTimes> calls;  ///< by process and port call
};
/// Of one run, in order. Its first moments should lie before the load.
using CostSamples = std::vector<CostSample>;

struct Demand {
  std::string process, operation;
  double cpu_s = 0, error_s = 0;  ///< of one request, and its standard error
};

struct CostFit {
  std::vector<Demand> demands;
  double background = 0;  ///< cores that are busy without requests
  double r2 = 0;          ///< of all processes together
  std::size_t windows = 0;
  std::vector<sim::OperationCost> operations;
  Duration slot_wait{};  ///< mean, until a task got its slot
  std::string trouble;   ///< why there is no fit; empty where there is one
};

/// How long calls waited is read from the last run, which should be that of the greatest load: idle
/// cores wake slowly, which says nothing of busy ones. What its requests waited for each other is
/// taken off. The beginning of each run is left out. `commit_s` is what a flush of the disk takes
/// on average, `cores` how many all of it shares.
CostFit fit_costs(const std::vector<CostSamples>& runs, double commit_s, double cores);

/// How much longer than alone a request takes where Poisson arrivals share `cores` cores of which
/// `used` are busy: 1 + C / (cores - used), C the probability to wait (Erlang 1917; M/M/c, and
/// processor sharing has the same mean).
double sharing_factor(double used, double cores);

/// Cores in use over a run's windows in which requests were answered at more than half of their
/// greatest rate; 0 where there were none.
double cores_under_load(const CostSamples& run);
/// The least in a window in which nothing was asked; 0 where there was none.
double cores_idle(const CostSamples& run);

}  // namespace wavetank::app
