#pragma once
// Logarithm, exponential and power without libm: the same bits on every platform, compiler and
// optimisation level. glibc's own differ by an ulp between CPUs with and without FMA.
//
// unit_exponential() uses integers only: the leading bits choose one of 256 reciprocals from a
// table (computed at compile time), the rest r < 2^-8 goes through the Taylor series of ln(1 + r);
// Tang describes the scheme ("Table-driven implementation of the logarithm function", TOMS 1990).
// The functions over doubles use + - * / only, on series that any textbook gives (ln by atanh after
// reduction to [sqrt(1/2), sqrt(2)), exp by Taylor after reduction to |r| <= ln(2)/2). They rely on
// IEEE doubles, rounding to nearest and no contraction (-ffp-contract=off).

#include <cstdint>

namespace wavetank::sim {

/// A unit-mean exponential, -ln(1 - bits / 2^64), in units of 2^-57: from 0 at bits = 0 to 44.36.
/// Absolute error below 2^-57, so it grows with `bits` but for steps of that size.
std::uint64_t unit_exponential_q57(std::uint64_t bits);

/// The same as a double.
inline double unit_exponential(std::uint64_t bits) {
  const auto q57 = static_cast<std::int64_t>(unit_exponential_q57(bits));
  return static_cast<double>(q57) * (1.0 / 144115188075855872.0);
}

/// Natural logarithm of x; relative error below 1e-15. Minus infinity at 0, NaN below.
double ln(double x);

/// e^x; relative error below 1e-15. Infinity above 709.78, 0 below -745.2.
double exp(double x);

/// x^y for x >= 0. Exact products where y is whole and |y| <= 16, else exp(y ln x) with a relative
/// error of about 2e-16 (2 + |y ln x|): 1e-15 for Zipf weights, 2e-13 at the ends of the range.
double pow(double x, double y);

}  // namespace wavetank::sim
