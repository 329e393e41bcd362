#include "scenarios/engine/statistics/estimate.h"

#include <algorithm>
#include <cmath>

#include "scenarios/engine/statistics/student.h"
#include "system/base/check.h"

namespace wavetank::engine {

double Estimate::relative() const {
  if (half == 0) return 0;
  return mean == 0 ? std::numeric_limits<double>::infinity() : half / std::abs(mean);
}

Estimate estimate(std::span<const double> values) {
  Estimate out;
  double squares = 0;  // Welford's sum, which does not cancel
  for (const double value : values) {
    ++out.n;
    const double before = value - out.mean;
    out.mean += before / static_cast<double>(out.n);
    squares += before * (value - out.mean);
  }
  if (out.n < 2) return out;
  const auto n = static_cast<double>(out.n);
  out.sd = std::sqrt(squares / (n - 1));
  out.half = student_quantile(out.n - 1) * out.sd / std::sqrt(n);
  return out;
}

std::vector<double> batch_means(std::span<const double> values, std::size_t batches) {
  WAVETANK_CHECK(batches > 0 && values.size() >= batches, "a batch needs an observation");
  const std::size_t size = values.size() / batches;
  values = values.subspan(values.size() - size * batches);
  std::vector<double> means;
  for (std::size_t i = 0; i < batches; ++i) {
    means.push_back(estimate(values.subspan(i * size, size)).mean);
  }
  return means;
}

double quantile(std::span<double> values, double q) {
  WAVETANK_CHECK(!values.empty() && q > 0 && q <= 1, "a quantile of nothing");
  const double wanted = q * static_cast<double>(values.size());
  auto rank = static_cast<std::size_t>(wanted);
  if (static_cast<double>(rank) < wanted) ++rank;
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(rank == 0 ? 0 : rank - 1);
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

PairedDifference paired_difference(std::span<const double> a, std::span<const double> b) {
  WAVETANK_CHECK(a.size() == b.size(), "pairs have two sides");
  PairedDifference out;
  std::vector<double> differences;
  out.identical = true;
  for (std::size_t i = 0; i < a.size(); ++i) {
    differences.push_back(b[i] - a[i]);
    out.identical = out.identical && a[i] == b[i];
  }
  out.a = estimate(a);
  out.b = estimate(b);
  out.difference = estimate(differences);
  const double apart = out.a.sd * out.a.sd + out.b.sd * out.b.sd;
  const double paired = out.difference.sd * out.difference.sd;
  if (paired > 0) out.variance_ratio = apart / paired;
  return out;
}

}  // namespace wavetank::engine
