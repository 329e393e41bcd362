#include "sim/random/fixed.h"

#include <cmath>
#include <doctest/doctest.h>
#include <limits>
#include <rapidcheck.h>

#include "sim/random/special.h"
#include "system/base/random.h"

// libm serves as the reference here, to a tolerance; equal bits are the golden tests' business.
// Words come from mix64 over a counter, so every run checks the same ones.
using namespace wavetank;

namespace {

double relative_error(double got, long double want) {
  return static_cast<double>(fabsl((static_cast<long double>(got) - want) / want));
}

long double exact_exponential(std::uint64_t bits) {
  constexpr long double ln2 = 0.693147180559945309417232121458L;
  if (bits >> 63) return 64 * ln2 - logl(static_cast<long double>(0 - bits));
  return -log1pl(-static_cast<long double>(bits) * 0x1p-64L);
}

double worst_exponential_error(std::uint64_t bits) {
  const auto got = static_cast<long double>(sim::unit_exponential_q57(bits));
  return static_cast<double>(fabsl(got - exact_exponential(bits) * 0x1p57L));
}

}  // namespace

TEST_CASE("the fixed-point exponential is within one unit of 2^-57, at both ends as well") {
  double worst = 0;
  for (std::uint64_t i = 0; i < 100'000; ++i) {
    const std::uint64_t bits = mix64(i);
    worst = std::max(worst, worst_exponential_error(bits));
    worst = std::max(worst, worst_exponential_error(bits >> (i % 64)));
    worst = std::max(worst, worst_exponential_error(0 - (bits >> (i % 64))));
  }
  CHECK(worst < 0.6);
  CHECK(sim::unit_exponential_q57(0) == 0);
  CHECK(sim::unit_exponential_q57(1) == 0);
  CHECK(sim::unit_exponential(~std::uint64_t{0}) == doctest::Approx(44.3614195558365));
}

TEST_CASE("the fixed-point exponential grows with its word, across table intervals too") {
  for (std::uint64_t i = 1; i < 20'000; ++i) {
    const std::uint64_t edge = i * (~std::uint64_t{0} / 20'000);
    CHECK(sim::unit_exponential_q57(edge - 500) <= sim::unit_exponential_q57(edge + 500));
  }
  CHECK(rc::check("for any two words", [](std::uint64_t a, std::uint64_t b) {
    const std::uint64_t low = std::min(mix64(a), mix64(b));
    const std::uint64_t high = std::max(mix64(a), mix64(b));
    RC_ASSERT(sim::unit_exponential_q57(low) <= sim::unit_exponential_q57(high));
  }));
}

TEST_CASE("ln, exp and pow keep the accuracy that their header promises") {
  double worst_ln = 0;
  double worst_exp = 0;
  double worst_pow = 0;
  for (std::uint64_t i = 0; i < 200'000; ++i) {
    const double u = unit_interval(mix64(i));
    const double wide = std::exp((u - 0.5) * 1400);
    const double near_one = 1 + (u - 0.5) * 1e-3;
    const double x = i % 2 == 0 ? wide : near_one;
    worst_ln = std::max(worst_ln, relative_error(sim::ln(x), logl(x)));
    const double t = (u - 0.5) * 1400;
    worst_exp = std::max(worst_exp, relative_error(sim::exp(t), expl(t)));
    const double k = 1 + std::floor(u * 1e6);
    const double s = unit_interval(mix64(i + 1'000'000)) * 3;
    worst_pow = std::max(worst_pow, relative_error(sim::pow(k, -s), powl(k, -s)));
  }
  CHECK(worst_ln < 1e-15);
  CHECK(worst_exp < 1e-15);
  CHECK(worst_pow < 1e-14);
  CHECK(relative_error(sim::pow(2.5, 700.5), powl(2.5L, 700.5L)) < 2e-13);
}

TEST_CASE("ln, exp and pow at the ends of their range") {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  CHECK(sim::ln(1) == 0);
  CHECK(sim::ln(0) == -infinity);
  CHECK(std::isnan(sim::ln(-1)));
  CHECK(sim::ln(infinity) == infinity);
  CHECK(sim::ln(0x1p-1074) == doctest::Approx(-744.4400719213812));
  CHECK(sim::exp(0) == 1);
  CHECK(sim::exp(710) == infinity);
  CHECK(sim::exp(709.7) == doctest::Approx(std::exp(709.7)));
  CHECK(sim::exp(-745) == std::exp(-745));
  CHECK(sim::exp(-746) == 0);
  CHECK(sim::pow(0, 2.5) == 0);
  CHECK(sim::pow(0, -1) == infinity);
  CHECK(sim::pow(0, 0) == 1);
  CHECK(sim::pow(10, 3) == 1000);
  CHECK(sim::pow(4, -1) == 0.25);
}

TEST_CASE("the normal quantile inverts the normal distribution and is odd") {
  double worst = 0;
  for (std::uint64_t i = 0; i < 100'000; ++i) {
    const std::uint64_t bits = mix64(i) >> (i % 60 + 1);
    const double z = sim::normal_quantile(bits);
    const long double p = (static_cast<long double>(bits) + 0.5L) * 0x1p-64L;
    // A relative error e of z moves the probability by about e (1 + z^2).
    const double weight = 1 + z * z;
    worst = std::max(
        worst, relative_error(
                   static_cast<double>(erfcl(-static_cast<long double>(z) / sqrtl(2.0L)) / 2), p) /
                   weight);
    CHECK(sim::normal_quantile(~bits) == -z);
  }
  CHECK(worst < 2e-15);
  CHECK(sim::normal_quantile(~std::uint64_t{0}) < 9.3);
}

TEST_CASE("gamma agrees with libm") {
  for (int i = 1; i < 400; ++i) {
    const double x = 0.25 * i;
    CHECK(relative_error(sim::gamma(x), tgammal(x)) < 1e-13);
  }
  CHECK(sim::gamma(1000) == std::numeric_limits<double>::infinity());
}
