#pragma once
// A mean with its interval of 95 % confidence. What is averaged must be nearly independent and of
// one law: values of replications or of long batches, never single sojourns.

#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <vector>

namespace wavetank::engine {

struct Estimate {
  std::size_t n = 0;
  double mean = 0;
  double sd = 0;    ///< of one value; 0 where n < 2
  double half = 0;  ///< half the width of the interval; meaningless where n < 2

  bool has_interval() const { return n > 1; }
  double low() const { return mean - half; }
  double high() const { return mean + half; }
  bool covers(double value) const { return low() <= value && value <= high(); }
  /// half / |mean|; 0 where both are 0, infinite where only the mean is.
  double relative() const;
};

/// Mean and Student interval of the values.
Estimate estimate(std::span<const double> values);

/// The means of `batches` equal batches of one long run, whose interval is then that of estimate().
/// What does not fill a batch is left out at the front, where a run is least steady.
std::vector<double> batch_means(std::span<const double> values, std::size_t batches);

/// The smallest value that at least a share `q` of them do not exceed. Reorders `values`, which
/// must not be empty. Its interval comes from estimate() over replications or batches of at least
/// 20,000 observations each; order statistics of one run's sojourns cover far too little, since
/// they are correlated.
double quantile(std::span<double> values, double q);

/// Two runs a seed, one of either variant, under common random numbers.
struct PairedDifference {
  Estimate a, b;
  Estimate difference;  ///< b - a, pair by pair
  /// How many times wider in variance the difference of independent runs would be: (var a + var b)
  /// / var (b - a). Below 1, pairing did harm. None where the difference does not vary.
  std::optional<double> variance_ratio;
  /// Both sides were equal in every pair, to the last bit.
  bool identical = false;
};

/// Value i of `a` and of `b` come from the same seed. Sizes must agree.
PairedDifference paired_difference(std::span<const double> a, std::span<const double> b);

/// Sequential stopping: replications go on until the interval is narrow enough. Stopping early on
/// a lucky streak makes intervals too narrow, which a first round of at least ten keeps small
/// (Law, Simulation Modeling and Analysis, 9.4).
struct StoppingRule {
  static constexpr std::size_t first_round = 10;
  double precision = 0.05;  ///< the relative half-width that is wanted

  bool enough(const Estimate& e) const {
    return e.n >= first_round && e.relative() <= precision;
  }
};

}  // namespace wavetank::engine
