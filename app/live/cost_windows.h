#pragma once
// What was measured of a platform under load, and the windows between two measurements.

#include <map>
#include <string>
#include <utility>
#include <vector>

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
  std::vector<double> late_s;  ///< since the sample before: of each wake-up of one who slept
};
/// Of one run, in order. Its first moments should lie before the load.
using CostSamples = std::vector<CostSample>;

/// What happened between two samples.
struct Window {
  double seconds = 0;
  std::map<std::string, double> cpu_s, requests;
  std::vector<double> late_s;
  double cores() const;  ///< in use by all processes
};

/// Those in which nothing began anew.
std::vector<Window> windows_of(const CostSamples& run);

/// A run without its beginning: until requests are answered, and the first window of them, in which
/// connections are opened and caches are cold. What lies idle behind the load stays.
CostSamples warmed_up(const CostSamples& run);

/// What a run asked of each operation a second, and how many cores each process used.
struct LoadUse {
  std::map<std::string, double> asked_per_s, cores;
  std::vector<double> late_s;  ///< of wake-ups
  double all_cores() const;
};
/// Over the windows in which requests were answered at more than half of their greatest rate; empty
/// where there were none.
LoadUse use_under_load(const CostSamples& run);
double cores_under_load(const CostSamples& run);  ///< of all processes together
/// The least in a window in which nothing was asked; 0 where there was none.
double cores_idle(const CostSamples& run);

}  // namespace wavetank::app
