#include "tests/theory/suite.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

#include "app/ordered_pool.h"

namespace wavetank::theory {
namespace {

constexpr double errors_max = 4.5;

std::string text(double x, const std::string& unit) {
  char out[64];
  std::snprintf(out, sizeof out, std::abs(x) < 1e6 ? "%.5g" : "%.0f", x);
  return out + (unit.empty() ? "" : " " + unit);
}

std::vector<std::vector<double>> replicate(const Case& one) {
  constexpr std::size_t threads = 2;
  const auto n = static_cast<std::uint64_t>(one.replications);
  const std::uint64_t customers = one.customers / n + one.deleted;
  app::OrderedPool<std::vector<double>> pool(n, threads, [&](std::size_t r, std::size_t) {
    return one.replicate(1000 * static_cast<std::uint64_t>(one.number) + r, customers);
  });
  std::vector<std::vector<double>> found;
  const auto keep = [&found](std::size_t, std::vector<double>&& figures) {
    found.push_back(std::move(figures));
    return true;
  };
  pool.run(keep, [] {});
  return found;
}

}  // namespace

std::uint64_t customers_for(double rho, double eps, double cs2) {
  const double n = 7.68 * (1 + rho) / ((1 - rho) * (1 - rho) * eps * eps) * (1 + cs2) / 2;
  return static_cast<std::uint64_t>(n);
}

std::uint64_t deleted_for(double rho, double servers) {
  const double root = 1 - std::sqrt(rho);
  return static_cast<std::uint64_t>(10 / (root * root) * rho * servers) + 1;
}

double mean(const std::vector<std::int64_t>& values) {
  long double sum = 0;
  for (const std::int64_t value : values) sum += static_cast<long double>(value);
  return static_cast<double>(sum / static_cast<long double>(values.size()));
}

double deviation(const std::vector<std::int64_t>& values) {
  const double center = mean(values);
  long double sum = 0;
  for (const std::int64_t value : values) {
    const double away = static_cast<double>(value) - center;
    sum += static_cast<long double>(away * away);
  }
  return std::sqrt(static_cast<double>(sum / static_cast<long double>(values.size())));
}

double quantile(std::vector<std::int64_t>& values, double q) {
  const auto rank = static_cast<std::size_t>(std::ceil(q * static_cast<double>(values.size())));
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(rank > 0 ? rank - 1 : 0);
  std::nth_element(values.begin(), at, values.end());
  return static_cast<double>(*at);
}

std::vector<Row> judge(const Case& one) {
  const std::vector<std::vector<double>> found = replicate(one);
  const auto n = static_cast<double>(found.size());
  std::vector<Row> rows;
  for (std::size_t i = 0; i < one.figures.size(); ++i) {
    const Figure& figure = one.figures[i];
    double sum = 0, squares = 0;
    for (const auto& replication : found) sum += replication[i];
    const double center = sum / n;
    for (const auto& replication : found) {
      squares += (replication[i] - center) * (replication[i] - center);
    }
    const double error = n > 1 ? std::sqrt(squares / (n - 1) / n) : 0;
    Row row;
    row.name = one.name;
    row.figure = figure.name;
    row.observed = text(center, figure.unit);
    row.runs = std::to_string(found.size()) + " x " + std::to_string(one.customers / found.size());
    if (figure.high > 0) {
      row.expected = text(figure.low, "") + " to " + text(figure.high, figure.unit);
      row.passes = center >= figure.low && center <= figure.high;
    } else {
      const double off = std::abs(center - figure.expected);
      row.expected = text(figure.expected, figure.unit);
      // A figure that is exact has neither an error nor a tolerance.
      const double slack = 1e-9 * std::abs(figure.expected);
      row.passes = off <= figure.tolerance * std::abs(figure.expected) + slack &&
                   (figure.tolerance == 0 || n <= 1 || off <= errors_max * error + slack);
    }
    const bool ranged = figure.high > figure.low;
    row.interval = error > 0 ? "± " + text(errors_max * error, figure.unit)
                   : ranged  ? "one sample"
                             : "exact";
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<Case> all_cases() {
  std::vector<Case> cases;
  add_queues(cases);
  add_routes(cases);
  add_keys(cases);
  return cases;
}

}  // namespace wavetank::theory
