#include "scenarios/engine/statistics/regression.h"

#include <cmath>
#include <cstddef>

namespace wavetank::engine {
namespace {

using Matrix = std::vector<std::vector<double>>;

/// The inverse of a symmetric matrix by Gauss and Jordan; none where it is singular.
std::optional<Matrix> inverse(Matrix a) {
  const std::size_t n = a.size();
  Matrix out(n, std::vector<double>(n, 0));
  for (std::size_t i = 0; i < n; ++i) out[i][i] = 1;
  for (std::size_t i = 0; i < n; ++i) {
    std::size_t pivot = i;
    for (std::size_t k = i + 1; k < n; ++k) {
      if (std::abs(a[k][i]) > std::abs(a[pivot][i])) pivot = k;
    }
    if (std::abs(a[pivot][i]) < 1e-12) return std::nullopt;
    std::swap(a[i], a[pivot]);
    std::swap(out[i], out[pivot]);
    const double by = a[i][i];
    for (std::size_t j = 0; j < n; ++j) {
      a[i][j] /= by;
      out[i][j] /= by;
    }
    for (std::size_t k = 0; k < n; ++k) {
      const double factor = k == i ? 0 : a[k][i];
      for (std::size_t j = 0; j < n && factor != 0; ++j) {
        a[k][j] -= factor * a[i][j];
        out[k][j] -= factor * out[i][j];
      }
    }
  }
  return out;
}

struct Solved {
  std::vector<double> coefficients, errors;
  double missed = 0;  ///< sum of squares
};

/// With the columns in `chosen` only. None where one would be negative, or cannot be told.
std::optional<Solved> solve(const Matrix& rows, const std::vector<double>& values,
                            const std::vector<std::size_t>& chosen) {
  const std::size_t n = chosen.size();
  Matrix normal(n, std::vector<double>(n, 0));
  std::vector<double> right(n, 0);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    for (std::size_t i = 0; i < n; ++i) {
      right[i] += rows[r][chosen[i]] * values[r];
      for (std::size_t j = 0; j < n; ++j) {
        normal[i][j] += rows[r][chosen[i]] * rows[r][chosen[j]];
      }
    }
  }
  const std::optional<Matrix> inverted = inverse(normal);
  if (!inverted) return std::nullopt;
  Solved solved;
  for (std::size_t i = 0; i < n; ++i) {
    double value = 0;
    for (std::size_t j = 0; j < n; ++j) value += (*inverted)[i][j] * right[j];
    if (value < 0) return std::nullopt;
    solved.coefficients.push_back(value);
  }
  for (std::size_t r = 0; r < rows.size(); ++r) {
    double left = values[r];
    for (std::size_t i = 0; i < n; ++i) left -= solved.coefficients[i] * rows[r][chosen[i]];
    solved.missed += left * left;
  }
  const double freedom = static_cast<double>(rows.size()) - static_cast<double>(n);
  for (std::size_t i = 0; i < n; ++i) {
    const double variance = freedom > 0 ? solved.missed / freedom * (*inverted)[i][i] : 0;
    solved.errors.push_back(std::sqrt(std::max(0.0, variance)));
  }
  return solved;
}

double r_squared(const std::vector<double>& values, double missed) {
  double mean = 0, spread = 0;
  for (const double one : values) mean += one / static_cast<double>(values.size());
  for (const double one : values) spread += (one - mean) * (one - mean);
  if (spread <= 0) return missed <= 0 ? 1 : 0;
  return 1 - missed / spread;
}

}  // namespace

std::optional<Regression> regress(const Matrix& rows, const std::vector<double>& values) {
  if (rows.empty() || rows.size() != values.size()) return std::nullopt;
  const std::size_t columns = rows.front().size();
  if (columns > 10 || rows.size() < columns + 1) return std::nullopt;
  std::optional<Solved> best;
  std::vector<std::size_t> kept;
  for (std::size_t set = 0; set < std::size_t{1} << columns; ++set) {
    std::vector<std::size_t> chosen;
    for (std::size_t i = 0; i < columns; ++i) {
      if ((set >> i & 1) != 0) chosen.push_back(i);
    }
    std::optional<Solved> solved = solve(rows, values, chosen);
    if (!solved || (best && solved->missed >= best->missed)) continue;
    best = std::move(solved);
    kept = chosen;
  }
  Regression found;
  found.coefficients.assign(columns, 0);
  found.errors.assign(columns, 0);
  for (std::size_t i = 0; i < kept.size(); ++i) {
    found.coefficients[kept[i]] = best->coefficients[i];
    found.errors[kept[i]] = best->errors[i];
  }
  found.r2 = r_squared(values, best->missed);
  return found;
}

}  // namespace wavetank::engine
