#include "scenarios/engine/statistics/warm_up.h"

#include <algorithm>

namespace wavetank::engine {
namespace {

constexpr std::size_t batch = 5;

}  // namespace

WarmUpCut mser5(std::span<const double> values) {
  const std::size_t n = values.size() / batch;
  if (n < 4) return {0, false};
  // From the end backwards: Welford's mean and sum of squares of what would remain.
  double mean = 0, squares = 0, best = 0;
  std::size_t best_at = n;
  for (std::size_t left = 1; left <= n; ++left) {
    const std::size_t at = n - left;
    double sum = 0;
    for (std::size_t i = 0; i < batch; ++i) sum += values[at * batch + i];
    const double value = sum / static_cast<double>(batch);
    const double before = value - mean;
    mean += before / static_cast<double>(left);
    squares += before * (value - mean);
    if (at > n / 2) continue;
    const double statistic = squares / static_cast<double>(left) / static_cast<double>(left);
    if (best_at == n || statistic <= best) {
      best = statistic;
      best_at = at;
    }
  }
  return {best_at * batch, best_at < n / 2};
}

std::vector<double> mean_over(std::span<const std::vector<double>> replications) {
  if (replications.empty()) return {};
  std::size_t shortest = replications[0].size();
  for (const auto& one : replications) shortest = std::min(shortest, one.size());
  std::vector<double> means(shortest, 0);
  for (const auto& one : replications) {
    for (std::size_t i = 0; i < shortest; ++i) means[i] += one[i];
  }
  for (double& mean : means) mean /= static_cast<double>(replications.size());
  return means;
}

}  // namespace wavetank::engine
