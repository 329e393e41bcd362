#include "app/live/run_queue_fit.h"

#include <algorithm>
#include <numeric>

#include "scenarios/engine/statistics/regression.h"

namespace wavetank::app {
namespace {

constexpr std::size_t values = 50;

double mean_of(const std::vector<double>& all) {
  return std::accumulate(all.begin(), all.end(), 0.0) / static_cast<double>(all.size());
}

/// That all cores are busy, by who comes.
double all_busy(double used, double cores) {
  return (sharing_factor(used, cores) - 1) * (cores - used);
}

/// The shape of what the latest `share` of them waited, with that mean.
DurationLaw shape_of(std::vector<double> late_s, double share, double idle_s, double mean_s) {
  DurationLaw law;
  std::sort(late_s.begin(), late_s.end());
  const auto last = static_cast<std::size_t>(share * static_cast<double>(late_s.size()));
  const std::size_t count = std::min(values, last);
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = late_s.size() - last + (2 * i + 1) * last / (2 * count);
    law.law.values.push_back(std::max(0.0, late_s[at] - idle_s));
    sum += law.law.values.back();
  }
  if (sum <= 0) return {};
  law.law.kind = Law::Kind::empirical;
  for (double& one : law.law.values) one *= mean_s * static_cast<double>(count) / sum;
  return law;
}

}  // namespace

double sharing_factor(double used, double cores) {
  if (cores < 1 || used >= cores) return 1;
  double term = 1, sum = 1;  // of used^k / k!, k < cores
  for (int k = 1; k < static_cast<int>(cores); ++k) sum += term *= used / k;
  const double all_busy = term * used / cores / (1 - used / cores);
  return 1 + all_busy / (sum + all_busy) / (cores - used);
}

double mean_ahead(double used, double cores) { return (sharing_factor(used, cores) - 1) * cores; }

double RunQueueFit::mean_at(double used, double cores) const {
  return mean_s * mean_ahead(used, cores);
}

RunQueueFit fit_run_queue(const std::vector<CostSamples>& runs, double cores) {
  std::vector<std::vector<double>> ahead;
  std::vector<double> late_s;
  for (const CostSamples& run : runs) {
    for (const Window& window : windows_of(run)) {
      // Of a machine that is full nobody can say how many were ahead.
      if (window.late_s.empty() || window.cores() >= cores) continue;
      ahead.push_back({mean_ahead(window.cores(), cores), 1});
      late_s.push_back(mean_of(window.late_s));
    }
  }
  RunQueueFit fit;
  const auto found = engine::regress(ahead, late_s);
  if (!found || found->coefficients[0] <= 0) return fit;
  const LoadUse use = use_under_load(runs.back());
  fit.idle_s = found->coefficients[1];
  fit.wait = shape_of(use.late_s, all_busy(use.all_cores(), cores), fit.idle_s,
                      found->coefficients[0]);
  if (fit.wait.law.values.empty()) return fit;
  fit.mean_s = found->coefficients[0];
  fit.error_s = found->errors[0];
  return fit;
}

}  // namespace wavetank::app
