#pragma once
// Least squares without negative coefficients: what one request of each kind costs, from costs and
// counts that were measured together.

#include <optional>
#include <vector>

namespace wavetank::engine {

struct Regression {
  std::vector<double> coefficients;  ///< one a column, none below 0
  std::vector<double> errors;        ///< standard errors; 0 where the coefficient is held at 0
  double r2 = 0;                     ///< 1 where nothing varies and nothing is missed
};

/// `rows` are observations of the same length, at most ten columns; `values` what each of them
/// cost. The best of all sets of columns whose least-squares coefficients are positive, which is
/// the optimum of the constrained problem (Lawson and Hanson, Solving Least Squares Problems, 1974,
/// chapter 23). None where there are fewer rows than columns and one more.
std::optional<Regression> regress(const std::vector<std::vector<double>>& rows,
                                    const std::vector<double>& values);

}  // namespace wavetank::engine
