// Schedule error as the live benchmarks compute it.

#include "bench/live/lateness/lateness.h"

#include <doctest/doctest.h>

#include <numeric>

namespace wavetank::bench {
namespace {

constexpr double rate = 1'000;
constexpr std::int64_t begin = 1'700'000'000'000'000'000;

/// On the plan of `rate`, from some instant on.
std::vector<std::int64_t> punctual(std::size_t count) {
  std::vector<std::int64_t> all;
  for (std::size_t k = 0; k < count; ++k) {
    all.push_back(begin + static_cast<std::int64_t>(k) * 1'000'000);
  }
  return all;
}

TEST_CASE("lateness: who keeps the plan is never late") {
  CHECK(lateness(punctual(4), rate, 0) == std::vector<std::int64_t>{0, 0, 0, 0});
}

TEST_CASE("lateness: one late request is late alone") {
  auto all = punctual(4);
  all[2] += 300;
  CHECK(lateness(all, rate, 0) == std::vector<std::int64_t>{0, 0, 300, 0});
}

TEST_CASE("lateness: a late first request does not make the others early") {
  auto all = punctual(4);
  all[0] += 700;
  CHECK(lateness(all, rate, 0) == std::vector<std::int64_t>{700, 0, 0, 0});
}

TEST_CASE("lateness: who slips and never catches up stays late, also where the start is skipped") {
  auto all = punctual(5);
  for (std::size_t k = 2; k < all.size(); ++k) all[k] += 5'000;
  CHECK(lateness(all, rate, 3) == std::vector<std::int64_t>{5'000, 5'000});
}

TEST_CASE("lateness: a rate that is not reached adds up") {
  std::vector<std::int64_t> all;
  for (std::int64_t k = 0; k < 4; ++k) all.push_back(begin + k * 1'500'000);
  CHECK(lateness(all, rate, 0) == std::vector<std::int64_t>{0, 500'000, 1'000'000, 1'500'000});
}

TEST_CASE("lateness: the order in which requests were noted does not count") {
  auto all = punctual(3);
  std::swap(all[0], all[2]);
  CHECK(lateness(all, rate, 0) == std::vector<std::int64_t>{0, 0, 0});
}

TEST_CASE("lateness: a rate that does not divide a second is rounded once, not added up") {
  std::vector<std::int64_t> all;
  for (std::int64_t k = 0; k <= 3'000; ++k) all.push_back(begin + k * 1'000'000'000 / 3);
  for (const std::int64_t late : lateness(all, 3, 0)) CHECK(late <= 1);
}

TEST_CASE("lateness: nothing is left of what is all skipped") {
  CHECK(lateness(punctual(3), rate, 3).empty());
  CHECK(lateness({}, rate, 0).empty());
}

TEST_CASE("lateness summary: quantiles are values that occurred, the smallest that suffice") {
  std::vector<std::int64_t> late(1'000);
  std::iota(late.begin(), late.end(), 1);
  for (std::int64_t& one : late) one *= 1'000;
  const LatenessSummary all = summary(late);
  CHECK(all.count == 1'000);
  CHECK(all.p50_us == 500);
  CHECK(all.p99_us == 990);
  CHECK(all.p999_us == 999);
  CHECK(all.max_us == 1'000);
  CHECK(summary({7'000}).p50_us == 7);
  CHECK(summary({}).count == 0);
  CHECK(text_of(summary({7'000})) == "count=1 p50_us=7.0 p99_us=7.0 p999_us=7.0 max_us=7.0");
}

}  // namespace
}  // namespace wavetank::bench
