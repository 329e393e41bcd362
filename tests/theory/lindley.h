#pragma once
// A FIFO queue with one server by Lindley's recursion: the shortest program that makes correlated
// sojourn times whose mean and quantiles are known. For what is said of intervals, not of the
// simulator.

#include <algorithm>
#include <cstdint>
#include <vector>

#include "sim/random/fixed.h"
#include "system/base/random.h"

namespace wavetank::theory {

/// M/M/1 with a mean service time of 1, scaled by `service`.
class Lindley {
 public:
  Lindley(std::uint64_t seed, double rho, double service = 1, double backlog = 0)
      : arrivals_(seed, "lindley", "arrival"),
        services_(seed, "lindley", "service"),
        gap_(1 / rho),
        service_(service),
        wait_(backlog) {}

  /// The sojourn of the next customer.
  double next() {
    const double service = service_ * sim::unit_exponential(services_.next());
    const double sojourn = wait_ + service;
    const double gap = gap_ * sim::unit_exponential(arrivals_.next());
    wait_ = std::max(0.0, sojourn - gap);
    return sojourn;
  }

 private:
  Stream arrivals_, services_;
  double gap_, service_, wait_;
};

inline std::vector<double> sojourns(Lindley queue, std::size_t customers) {
  std::vector<double> all(customers);
  for (double& one : all) one = queue.next();
  return all;
}

}  // namespace wavetank::theory
