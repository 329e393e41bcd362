#pragma once
// How much of a run's beginning to delete, by MSER-5 (White, Cobb and Spratt, WSC 2000).

#include <cstddef>
#include <span>
#include <vector>

namespace wavetank::engine {

struct WarmUpCut {
  std::size_t length = 0;  ///< how many values to delete at the front, a multiple of 5
  /// The rule would rather delete half of the run or more: it is too short to tell, or not steady.
  bool steady = true;
};

/// Averages fives of the values, then deletes as many as make the standard error of the rest's mean
/// smallest, half of the run at most. Give it the mean over replications: on single ones it
/// is misled by their noise and the intervals cover too little.
WarmUpCut mser5(std::span<const double> values);

/// The mean of the replications at each place, as far as the shortest goes.
std::vector<double> mean_over(std::span<const std::vector<double>> replications);

}  // namespace wavetank::engine
