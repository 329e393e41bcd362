#include "scenarios/engine/calibration.h"

#include <doctest/doctest.h>

namespace wavetank::engine {
namespace {

constexpr std::int64_t made = 1'795'305'540;  // date -u -d 2026-11-21T23:59:00Z +%s

Calibration of(const std::string& date) {
  Calibration calibration;
  calibration.target = "staging";
  calibration.date = date;
  calibration.r2 = 0.976;
  return calibration;
}

TEST_CASE("calibration: says of whom, how old and how good it is") {
  const Calibration one = of("2026-11-21T23:59:00Z");
  CHECK(one.text(made + 30) == "staging, just made, R2 0.98");
  CHECK(one.text(made + 50 * 60) == "staging, 50 min old, R2 0.98");
  CHECK(one.text(made + 30 * 3'600) == "staging, 30 h old, R2 0.98");
  CHECK(one.text(made + 40 * 86'400) == "staging, 40 days old, R2 0.98");
  CHECK(one.text(made - 3'600) == "staging, from the future, R2 0.98");
}

TEST_CASE("calibration: leap days and centuries are counted") {
  CHECK(of("1970-01-01T00:00:00Z").text(60) == "staging, just made, R2 0.98");
  CHECK(of("2000-03-01T00:00:00Z").text(951'868'800) == "staging, just made, R2 0.98");
  CHECK(of("2024-02-29T12:00:00Z").text(1'709'208'000 + 119) == "staging, just made, R2 0.98");
}

TEST_CASE("calibration: one that was never made is none") {
  CHECK(Calibration().text(made) == "none");
  CHECK_FALSE(Calibration().exists());
}

}  // namespace
}  // namespace wavetank::engine
