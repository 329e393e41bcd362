#pragma once
// How long who wakes up waits for a core, from how late a thread that only sleeps woke up while a
// platform was under load. Cores are shared in slices of time: where all are busy, one who needs
// but a few microseconds waits for the slice of somebody else (a run queue; Gregg, "Systems
// Performance", 2nd ed. 2020, section 6.3.3).

#include <vector>

#include "app/live/cost_windows.h"
#include "system/base/law.h"

namespace wavetank::app {

struct RunQueueFit {
  double idle_s = 0;               ///< how late it is anyway
  double mean_s = 0, error_s = 0;  ///< for each who is ahead, once all cores are busy
  DurationLaw wait;                ///< of one who is ahead
  /// Mean, of whoever wakes up where `used` of `cores` cores are busy.
  double mean_at(double used, double cores) const;
};

/// How late the sleeper was on average, regressed over all windows on how many were ahead of it:
/// C / (1 - busy share) of Poisson arrivals, C the probability that all cores are busy (Erlang
/// 1917). The shape is that of the latest of the run with the greatest load, which comes last.
RunQueueFit fit_run_queue(const std::vector<CostSamples>& runs, double cores);

/// How many are ahead on average of one who comes where `used` of `cores` cores are busy.
double mean_ahead(double used, double cores);

/// How much longer than alone a request takes where Poisson arrivals share `cores` cores of which
/// `used` are busy: 1 + C / (cores - used), C the probability to wait (Erlang 1917; M/M/c, and
/// processor sharing has the same mean).
double sharing_factor(double used, double cores);

}  // namespace wavetank::app
