#include "app/live/demand_fit.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "scenarios/engine/statistics/regression.h"

namespace wavetank::app {
namespace {

constexpr double economy_step = 0.05, economy_most = 0.8;

/// Every window of all runs: what was asked, how busy the machine was, what each process used.
struct Observations {
  std::vector<std::string> operations;
  std::vector<std::vector<double>> asked;  ///< a second, by window and operation
  std::vector<double> busy;                ///< share of the cores, by window
  std::map<std::string, std::vector<double>> cores;  ///< by process and window

  std::vector<double> all_cores() const {
    std::vector<double> sum(asked.size(), 0);
    for (const auto& [process, used] : cores) {
      for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += used[i];
    }
    return sum;
  }
};

Observations observe(const std::vector<CostSamples>& runs, double cores) {
  std::vector<Window> windows;
  for (const CostSamples& run : runs) {
    for (Window& window : windows_of(run)) windows.push_back(std::move(window));
  }
  Observations all;
  std::set<std::string> operations;
  for (const Window& window : windows) {
    for (const auto& [name, count] : window.requests) {
      if (count > 0 && name != "callback") operations.insert(name);
    }
    for (const auto& [process, cpu_s] : window.cpu_s) all.cores[process];
  }
  all.operations.assign(operations.begin(), operations.end());
  for (const Window& window : windows) {
    std::vector<double> asked;
    for (const std::string& name : all.operations) {
      const auto found = window.requests.find(name);
      asked.push_back(found == window.requests.end() ? 0 : found->second / window.seconds);
    }
    all.asked.push_back(std::move(asked));
    all.busy.push_back(cores > 0 ? std::min(1.0, window.cores() / cores) : 0);
    for (auto& [process, used] : all.cores) {
      const auto found = window.cpu_s.find(process);
      used.push_back(found == window.cpu_s.end() ? 0 : found->second / window.seconds);
    }
  }
  return all;
}

/// What is regressed on: requests a second, reads as much as they cost, and one for what is spent
/// anyway.
std::vector<std::vector<double>> rows_of(const Observations& all, double economy) {
  std::vector<std::vector<double>> rows = all.asked;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t k = 0; k < all.operations.size(); ++k) {
      if (all.operations[k] != submitting) rows[i][k] *= 1 - economy * all.busy[i];
    }
    rows[i].push_back(1);
  }
  return rows;
}

/// How badly an economy explains what the processes spent: the logarithm of each one's squared
/// residuals, so that a noisy process says little. None where a regression cannot be made.
std::optional<double> misfit(const Observations& all, double economy) {
  const auto rows = rows_of(all, economy);
  double sum = 0;
  for (const auto& [process, used] : all.cores) {
    const auto one = engine::regress(rows, used);
    if (!one) return std::nullopt;
    sum += std::log(std::max(1e-9, 1 - one->r2));
  }
  return sum;
}

double best_economy(const Observations& all) {
  const bool reads = std::any_of(all.operations.begin(), all.operations.end(),
                                 [](const std::string& name) { return name != submitting; });
  const bool known = std::any_of(all.busy.begin(), all.busy.end(), [](double b) { return b > 0; });
  double best = 0;
  std::optional<double> least = misfit(all, 0);
  if (!reads || !known || !least) return 0;
  for (int i = 1; i * economy_step <= economy_most + 1e-9; ++i) {
    const std::optional<double> one = misfit(all, i * economy_step);
    if (!one || *one >= *least) continue;
    least = one;
    best = i * economy_step;
  }
  return best;
}

}  // namespace

double DemandFit::thrift(double busy, double cores) const {
  return cores > 0 ? 1 - economy * std::clamp(busy / cores, 0.0, 1.0) : 1;
}

DemandFit fit_demands(const std::vector<CostSamples>& warm_runs, double cores) {
  DemandFit fit;
  const Observations all = observe(warm_runs, cores);
  fit.windows = all.asked.size();
  if (all.operations.empty()) {
    fit.trouble = "no request was answered";
    return fit;
  }
  fit.economy = best_economy(all);
  const auto rows = rows_of(all, fit.economy);
  for (const auto& [process, used] : all.cores) {
    const auto one = engine::regress(rows, used);
    if (!one) {
      fit.trouble = "too few windows were measured";
      return fit;
    }
    fit.background += one->coefficients.back();
    for (std::size_t k = 0; k < all.operations.size(); ++k) {
      fit.demands.push_back({process, all.operations[k], one->coefficients[k], one->errors[k]});
    }
  }
  fit.r2 = engine::regress(rows, all.all_cores())->r2;
  return fit;
}

}  // namespace wavetank::app
