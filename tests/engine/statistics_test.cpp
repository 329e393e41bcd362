// Intervals, cuts and pairs on small numbers that can be checked by hand; what they promise in the
// long run is in tests/theory.

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "scenarios/engine/statistics/estimate.h"
#include "scenarios/engine/statistics/student.h"
#include "scenarios/engine/statistics/warm_up.h"
#include "system/base/check.h"

namespace wavetank::engine {
namespace {

/// P(T <= t) for whole degrees, in closed form (Abramowitz and Stegun 26.7.3 and 26.7.4).
double student_cdf(double t, std::uint64_t degrees) {
  const double v = static_cast<double>(degrees);
  const double angle = std::atan(t / std::sqrt(v));
  const double c = std::cos(angle), s = std::sin(angle);
  const bool odd = degrees % 2 == 1;
  double term = odd ? c : 1, sum = degrees == 1 ? 0 : term;
  for (std::uint64_t k = odd ? 3 : 2; k + 1 < degrees; k += 2) {
    term *= c * c * static_cast<double>(k - 1) / static_cast<double>(k);
    sum += term;
  }
  const double area = odd ? 2 / std::acos(-1.0) * (angle + s * sum) : s * sum;
  return 0.5 + area / 2;
}

TEST_CASE("Student's quantile leaves 2.5 % above it") {
  for (std::uint64_t degrees = 1; degrees <= 400; ++degrees) {
    INFO(degrees);
    CHECK(student_cdf(student_quantile(degrees), degrees) == doctest::Approx(0.975).epsilon(1e-7));
  }
  CHECK(student_quantile(1'000'000'000) == doctest::Approx(1.959964).epsilon(1e-7));
  CHECK_THROWS_AS(student_quantile(0), Broken);
}

TEST_CASE("an estimate has mean, deviation and interval") {
  const std::vector<double> values{2, 4, 4, 4, 5, 5, 7, 9};
  const Estimate e = estimate(values);
  CHECK(e.n == 8);
  CHECK(e.mean == 5);
  CHECK(e.sd == doctest::Approx(std::sqrt(32.0 / 7)));
  CHECK(e.half == doctest::Approx(2.36462 * std::sqrt(32.0 / 7 / 8)).epsilon(1e-5));
  CHECK(e.covers(5));
  CHECK_FALSE(e.covers(7));
  CHECK(e.relative() == doctest::Approx(e.half / 5));
}

TEST_CASE("one value has no interval, and what does not vary has an empty one") {
  CHECK_FALSE(estimate(std::vector<double>{}).has_interval());
  CHECK_FALSE(estimate(std::vector<double>{3}).has_interval());
  const Estimate same = estimate(std::vector<double>{0.1, 0.1, 0.1});
  CHECK(same.half == 0);
  CHECK(same.mean == 0.1);
  CHECK(estimate(std::vector<double>{0, 0}).relative() == 0);
  CHECK(std::isinf(estimate(std::vector<double>{-1, 1}).relative()));
}

TEST_CASE("batches leave out what does not fill one, at the front") {
  const std::vector<double> values{1000, 1, 3, 5, 7};
  CHECK(batch_means(values, 2) == std::vector<double>{2, 6});
  CHECK_THROWS_AS(batch_means(values, 6), Broken);
}

TEST_CASE("a quantile is the smallest value that enough do not exceed") {
  std::vector<double> values{5, 1, 4, 2, 3};
  CHECK(quantile(values, 0.2) == 1);
  CHECK(quantile(values, 0.21) == 2);
  CHECK(quantile(values, 0.5) == 3);
  CHECK(quantile(values, 1) == 5);
}

TEST_CASE("pairs vary less than their sides where both sides move together") {
  const std::vector<double> a{1, 5, 9, 3}, b{2, 6.5, 10, 4.5};
  const PairedDifference paired = paired_difference(a, b);
  CHECK(paired.difference.mean == doctest::Approx(1.25));
  REQUIRE(paired.variance_ratio.has_value());
  CHECK(*paired.variance_ratio > 100);
  CHECK_FALSE(paired.identical);
  const PairedDifference apart = paired_difference(a, std::vector<double>{9, 3, 1, 5});
  CHECK(*apart.variance_ratio < 1);
}

TEST_CASE("equal sides differ by exactly nothing") {
  const std::vector<double> a{0.1, 0.2, 0.7};
  const PairedDifference paired = paired_difference(a, a);
  CHECK(paired.identical);
  CHECK(paired.difference.mean == 0);
  CHECK(paired.difference.half == 0);
  CHECK_FALSE(paired.variance_ratio.has_value());
}

TEST_CASE("MSER-5 deletes a ramp, and nothing of what is steady") {
  std::vector<double> ramp, flat;
  for (int i = 0; i < 400; ++i) {
    const double wiggle = (i % 7) * 0.1;
    flat.push_back(wiggle);
    ramp.push_back(wiggle + (i < 60 ? 60.0 - i : 0));
  }
  CHECK(mser5(flat).length < 40);
  const WarmUpCut cut = mser5(ramp);
  CHECK(cut.steady);
  CHECK(cut.length >= 55);
  CHECK(cut.length <= 70);
}

TEST_CASE("what never becomes steady is said to be so") {
  std::vector<double> climbing;
  for (int i = 0; i < 200; ++i) climbing.push_back(i);
  CHECK_FALSE(mser5(climbing).steady);
  CHECK_FALSE(mser5(std::vector<double>{1, 2, 3}).steady);
}

TEST_CASE("the mean over replications ends with the shortest") {
  const std::vector<std::vector<double>> runs{{1, 2, 3}, {3, 6}};
  CHECK(mean_over(runs) == std::vector<double>{2, 4});
  CHECK(mean_over({}).empty());
}

TEST_CASE("stopping takes a first round, whatever the luck") {
  const StoppingRule rule{0.02};
  Estimate e;
  e.n = 9;
  e.mean = 1;
  CHECK_FALSE(rule.enough(e));
  e.n = 10;
  CHECK(rule.enough(e));
  e.half = 0.03;
  CHECK_FALSE(rule.enough(e));
}

}  // namespace
}  // namespace wavetank::engine
