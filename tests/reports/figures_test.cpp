// Means with intervals in figures that a person can compare.

#include "reports/figures.h"

#include <doctest/doctest.h>

#include <limits>

namespace wavetank::reports {
namespace {

TEST_CASE("one unit serves a mean and its interval") {
  const Figures ms("s", 0.01234);
  CHECK(ms.with_unit(0.01234) == "12.34 ms");
  CHECK(ms.number(0.0099) == "9.90");
  CHECK(Figures("s", 4'000).with_unit(4'000) == "66.67 min");
  CHECK(Figures("ratio", 0.9912).with_unit(0.9912) == "99.12 %");
  CHECK(Figures("bytes", 3.2e9).with_unit(3.2e9) == "3.200 GB");
  CHECK(Figures("1", 12'345).with_unit(12'345) == "12345");
  CHECK(Figures("s", 0).with_unit(0) == "0.000 s");
  CHECK(Figures("1", std::numeric_limits<double>::quiet_NaN()).number(1) == "1.000");
}

TEST_CASE("a small interval brings the digits that show it") {
  Figures figures("s", 5);
  CHECK(figures.number(1.234567) == "1.235");
  CHECK(figures.resolving(0.00012).number(1.234567) == "1.23457");
  CHECK(figures.resolving(1e-30).number(1) == "1.000000");
}

TEST_CASE("relative half-widths") {
  CHECK(relative_text(0) == "0.0 %");
  CHECK(relative_text(0.016) == "1.6 %");
  CHECK(relative_text(0.0004) == "0.04 %");
  CHECK(relative_text(0.5) == "50 %");
  CHECK(relative_text(std::numeric_limits<double>::infinity()) == "-");
}

}  // namespace
}  // namespace wavetank::reports
