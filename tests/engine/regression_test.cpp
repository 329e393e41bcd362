#include "scenarios/engine/statistics/regression.h"

#include <doctest/doctest.h>

#include "system/base/random.h"

namespace wavetank::engine {
namespace {

/// Between 0 and 1, the n-th of a fixed sequence.
double noise(std::uint64_t n) {
  return static_cast<double>(mix64(n) >> 11) / static_cast<double>(std::uint64_t{1} << 53);
}

TEST_CASE("regression: finds the costs that made the values") {
  std::vector<std::vector<double>> rows;
  std::vector<double> values;
  for (std::uint64_t n = 0; n < 20; ++n) {
    const double submits = 10 * noise(3 * n), reads = 100 * noise(3 * n + 1);
    rows.push_back({submits, reads, 1});
    values.push_back(0.04 * submits + 0.001 * reads + 0.2);
  }
  const auto found = regress(rows, values);
  REQUIRE(found.has_value());
  CHECK(found->coefficients[0] == doctest::Approx(0.04));
  CHECK(found->coefficients[1] == doctest::Approx(0.001));
  CHECK(found->coefficients[2] == doctest::Approx(0.2));
  CHECK(found->r2 == doctest::Approx(1));
}

TEST_CASE("regression: of noisy values the truth lies within the errors; R2 says what is missed") {
  std::vector<std::vector<double>> rows;
  std::vector<double> values;
  for (std::uint64_t n = 0; n < 400; ++n) {
    const double submits = 10 * noise(3 * n);
    rows.push_back({submits, 1});
    values.push_back(0.04 * submits + 0.2 + 0.1 * (noise(3 * n + 1) - 0.5));
  }
  const auto found = regress(rows, values);
  REQUIRE(found.has_value());
  CHECK(found->errors[0] > 0);
  CHECK(std::abs(found->coefficients[0] - 0.04) < 4 * found->errors[0]);
  CHECK(found->r2 > 0.8);
  CHECK(found->r2 < 0.99);
}

TEST_CASE("regression: nothing costs less than nothing") {
  const std::vector<std::vector<double>> rows{
      {1, 0, 1}, {2, 1, 1}, {3, 1, 1}, {4, 3, 1}, {5, 2, 1}};
  const std::vector<double> values{1, 1.5, 2.6, 2.4, 4};  // without a bound the second is negative
  const auto found = regress(rows, values);
  REQUIRE(found.has_value());
  CHECK(found->coefficients[1] == 0);
  CHECK(found->errors[1] == 0);
  CHECK(found->coefficients[0] > 0.5);
}

TEST_CASE("regression: columns that always go together are told as one of them") {
  const auto found = regress({{1, 2}, {2, 4}, {3, 6}, {4, 8}}, {3, 6, 9, 12});
  REQUIRE(found.has_value());
  CHECK(found->coefficients[0] + 2 * found->coefficients[1] == doctest::Approx(3));
}

TEST_CASE("regression: too few observations are no answer") {
  CHECK_FALSE(regress({{1, 2}, {2, 1}}, {3, 4}).has_value());
  CHECK_FALSE(regress({}, {}).has_value());
  CHECK_FALSE(regress({{1}, {2}}, {3}).has_value());
}

}  // namespace
}  // namespace wavetank::engine
