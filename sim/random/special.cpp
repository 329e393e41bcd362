#include "sim/random/special.h"

#include <array>
#include <cmath>

#include "sim/random/fixed.h"

namespace wavetank::sim {
namespace {

using Coefficients = std::array<double, 8>;

double polynomial(const Coefficients& c, double x) {
  double sum = c[7];
  for (int i = 6; i >= 0; --i) sum = sum * x + c[static_cast<std::size_t>(i)];
  return sum;
}

// Wichura's coefficients: numerators, and denominators that start with 1.
constexpr Coefficients centre_above = {3.3871328727963666080e0, 1.3314166789178437745e2,
                                       1.9715909503065514427e3, 1.3731693765509461125e4,
                                       4.5921953931549871457e4, 6.7265770927008700853e4,
                                       3.3430575583588128105e4, 2.5090809287301226727e3};
constexpr Coefficients centre_below = {1.0,
                                       4.2313330701600911252e1,
                                       6.8718700749205790830e2,
                                       5.3941960214247511077e3,
                                       2.1213794301586595867e4,
                                       3.9307895800092710610e4,
                                       2.8729085735721942674e4,
                                       5.2264952788528545610e3};
constexpr Coefficients middle_above = {1.42343711074968357734e0,  4.63033784615654529590e0,
                                       5.76949722146069140550e0,  3.64784832476320460504e0,
                                       1.27045825245236838258e0,  2.41780725177450611770e-1,
                                       2.27238449892691845833e-2, 7.74545014278341407640e-4};
constexpr Coefficients middle_below = {1.0,
                                       2.05319162663775882187e0,
                                       1.67638483018380384940e0,
                                       6.89767334985100004550e-1,
                                       1.48103976427480074590e-1,
                                       1.51986665636164571966e-2,
                                       5.47593808499534494600e-4,
                                       1.05075007164441684324e-9};
constexpr Coefficients tail_above = {6.65790464350110377720e0,  5.46378491116411436990e0,
                                     1.78482653991729133580e0,  2.96560571828504891230e-1,
                                     2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                     2.71155556874348757815e-5, 2.01033439929228813265e-7};
constexpr Coefficients tail_below = {1.0,
                                     5.99832206555887937690e-1,
                                     1.36929880922735805310e-1,
                                     1.48753612908506148525e-2,
                                     7.86869131145613259100e-4,
                                     1.84631831751005468180e-5,
                                     1.42151175831644588870e-7,
                                     2.04426310338993978564e-15};

}  // namespace

double normal_quantile(std::uint64_t bits) {
  constexpr std::uint64_t half = std::uint64_t{1} << 63;
  const bool upper = bits >= half;
  const std::uint64_t tail = upper ? ~bits : bits;  // from the nearer end: no cancellation
  const double p = (static_cast<double>(tail) + 0.5) * 0x1p-64;
  const double q = 0.5 - p;
  double z;
  if (q <= 0.425) {
    const double r = 0.180625 - q * q;
    z = q * polynomial(centre_above, r) / polynomial(centre_below, r);
  } else {
    const double r = std::sqrt(-ln(p));
    z = r <= 5 ? polynomial(middle_above, r - 1.6) / polynomial(middle_below, r - 1.6)
               : polynomial(tail_above, r - 5) / polynomial(tail_below, r - 5);
  }
  return upper ? z : -z;
}

double gamma(double x) {
  constexpr double half_ln_two_pi = 0.91893853320467274178;
  double product = 1;
  while (x < 16) {
    product *= x;
    x += 1;
  }
  const double i = 1 / x;
  const double i2 = i * i;
  const double series =
      i * (1.0 / 12 -
           i2 * (1.0 / 360 - i2 * (1.0 / 1260 -
                                   i2 * (1.0 / 1680 - i2 * (1.0 / 1188 - i2 * (691.0 / 360360))))));
  return exp((x - 0.5) * ln(x) - x + half_ln_two_pi + series) / product;
}

}  // namespace wavetank::sim
