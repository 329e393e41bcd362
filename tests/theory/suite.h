#pragma once
// The theory suite: cases with known answers, run and judged by one rule. A case is replicated; its
// figures are means over the replications, which give the standard error, too. It passes within 4.5
// standard errors and within a share of the expected value. Seeds are written beforehand: that of
// replication r of case number k is 1000 k + r.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tests/theory/network_run.h"

namespace wavetank::theory {

/// One figure of a case, taken from a replication.
struct Figure {
  std::string name;
  double expected = 0;
  double tolerance = 0.02;   ///< as a share of the expected value
  std::string unit;          ///< behind the figures
  double low = 0, high = 0;  ///< where set, the expected range of a figure that has no one value
};

struct Case {
  int number = 0;  ///< of its seeds
  std::string name;
  bool part = true;             ///< among those that CI runs
  std::uint64_t customers = 0;  ///< over all replications
  std::uint64_t deleted = 0;    ///< of each replication, the first
  std::vector<Figure> figures;
  /// The figures of one replication with that seed and so many customers, in their order.
  std::function<std::vector<double>(std::uint64_t seed, std::uint64_t customers)> replicate;
  int replications = 30;
};

struct Row {
  std::string name, figure, expected, observed, interval, runs;
  bool passes = false;
};

/// All cases, in the order of their numbers.
std::vector<Case> all_cases();
void add_queues(std::vector<Case>& cases);
void add_routes(std::vector<Case>& cases);
void add_keys(std::vector<Case>& cases);

/// Customers for a mean with a 95 % relative half-width `eps` at load `rho` and squared
/// coefficient of variation `cs2` of service: 7.68 (1 + rho) / ((1 - rho)^2 eps^2) (1 + cs2) / 2.
std::uint64_t customers_for(double rho, double eps, double cs2 = 1);
/// What to delete: the first 10 / (1 - sqrt(rho))^2 service times, in customers at that load.
std::uint64_t deleted_for(double rho, double servers = 1);

double mean(const std::vector<std::int64_t>& values);
double deviation(const std::vector<std::int64_t>& values);
/// Nearest rank; reorders the values.
double quantile(std::vector<std::int64_t>& values, double q);

std::vector<Row> judge(const Case& one);

}  // namespace wavetank::theory
