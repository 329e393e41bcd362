#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "scenarios/engine/load/arrivals.h"
#include "system/base/wide.h"

using namespace wavetank;
using namespace wavetank::engine;

namespace {

Leg leg(double from_s, double to_s, double rate_from, double rate_to) {
  return {from_seconds(from_s), from_seconds(to_s), rate_from, rate_to};
}

std::vector<Duration> all(const std::vector<Leg>& legs, std::optional<Stream> stream = {}) {
  Arrivals arrivals(legs_from(legs, {}, 1), stream);
  std::vector<Duration> out;
  while (const auto at = arrivals.next()) out.push_back(*at);
  return out;
}

}  // namespace

TEST_CASE("the k-th arrival at 7/s lies at floor(k 10^9 / 7) ns, with no interval accumulated") {
  const auto times = all({leg(0, 1000, 7, 7)});
  REQUIRE(times.size() == 7000);
  for (std::int64_t k = 0; k < 7000; ++k) {
    REQUIRE(times[static_cast<std::size_t>(k)].ns == k * 1'000'000'000 / 7);
  }
  CHECK(times[1].ns == 142'857'142);
  CHECK(times[6999].ns == 999'857'142'857);
}

TEST_CASE("rates a minute and an hour are exact, too") {
  CHECK(whole_rate(10.0 / 60).events == 1);
  CHECK(whole_rate(10.0 / 60).seconds == 6);
  CHECK(whole_rate(7.0 / 3600).events == 7);
  CHECK(whole_rate(7.0 / 3600).seconds == 3600);
  CHECK(whole_rate(0.1).events == 1);
  CHECK(whole_rate(0.1).seconds == 10);
  CHECK(whole_rate(50'000).events == 50'000);
  CHECK(whole_rate(0).events == 0);
  CHECK(arrival_at(whole_rate(7.0 / 3600), 7) == hours(1));
  CHECK(arrival_at({0, 1}, 5) == duration_max);
  CHECK(arrival_at({1, 3600}, std::uint64_t{1} << 62) == duration_max);
}

TEST_CASE("properties of an even rate: counts, order, distance from the exact place") {
  CHECK(rc::check([] {
    const auto events = *rc::gen::inRange<std::uint64_t>(1, 1'000'000);
    const auto per = *rc::gen::element<std::uint64_t>(1, 60, 3600);
    const WholeRate rate = whole_rate(static_cast<double>(events) / static_cast<double>(per));
    RC_ASSERT(rate.events * per == events * rate.seconds);
    // Up to 250 years, within what a Time can hold.
    const auto k = *rc::gen::inRange<std::uint64_t>(0, 8'000'000'000 / per * events);
    const Duration at = arrival_at(rate, k);
    const auto left = static_cast<Uint128>(at.ns) * rate.events;
    const auto right = static_cast<Uint128>(k) * 1'000'000'000u * rate.seconds;
    RC_ASSERT(left <= right);
    RC_ASSERT(right < left + rate.events);
  }));
}

TEST_CASE("a ramp inverts the integral of its rate") {
  // From 0 to 10/s in 10 s: the integral is t^2 / 2, so the k-th comes at sqrt(2 k) s.
  const auto up = all({leg(0, 10, 0, 10)});
  REQUIRE(up.size() == 50);
  CHECK(up[0].ns == 0);
  CHECK(up[2].ns == 2'000'000'000);
  CHECK(up[8].ns == 4'000'000'000);
  CHECK(up[32].ns == 8'000'000'000);
  // Downwards it is the mirror image: the integral ends at 50.
  const auto down = all({leg(0, 10, 10, 0)});
  REQUIRE(down.size() == 50);
  CHECK(down[18].ns == 2'000'000'000);
  CHECK(down[42].ns == 6'000'000'000);
}

TEST_CASE("properties of a ramp: in order, within the leg, as many as its integral") {
  CHECK(rc::check([] {
    const double a = *rc::gen::inRange(0, 200);
    const double b = *rc::gen::inRange(0, 200);
    const double length = *rc::gen::inRange(1, 100);
    const auto times = all({leg(0, length, a, b)});
    const double expected = (a + b) / 2 * length;
    const auto count = static_cast<double>(times.size());
    RC_ASSERT(count >= expected - 1);
    RC_ASSERT(count <= expected + 1);
    for (std::size_t i = 1; i < times.size(); ++i) RC_ASSERT(times[i - 1] <= times[i]);
    if (!times.empty()) RC_ASSERT(times.back() < from_seconds(length));
  }));
}

TEST_CASE("a spike's parts follow one another") {
  const std::vector<Leg> legs = {leg(0, 10, 10, 10), leg(10, 12, 50, 50), leg(12, 20, 10, 10)};
  const auto times = all(legs);
  CHECK(times.size() == 100 + 100 + 80);
  CHECK(times[100].ns == 10'000'000'000);
  CHECK(times[101].ns == 10'020'000'000);
  CHECK(times[200].ns == 12'000'000'000);
}

TEST_CASE("random arrivals: the mean is right, twice the rate halves every gap") {
  const auto once = all({leg(0, 10'000, 5, 5)}, Stream(1, "a", "arrivals"));
  const auto count = static_cast<double>(once.size());
  CHECK(count > 50'000 - 5 * 224);  // five standard deviations of a Poisson count
  CHECK(count < 50'000 + 5 * 224);
  const auto twice = all({leg(0, 10'000, 10, 10)}, Stream(1, "a", "arrivals"));
  REQUIRE(twice.size() > once.size());
  for (std::size_t i = 0; i < 1000; ++i) {
    const std::int64_t difference = once[i].ns - 2 * twice[i].ns;
    REQUIRE(difference >= -2);
    REQUIRE(difference <= 2);
  }
  const auto other = all({leg(0, 10'000, 5, 5)}, Stream(1, "b", "arrivals"));
  CHECK(other[0] != once[0]);
}

TEST_CASE("legs from a moment on keep the rate of that moment") {
  const std::vector<Leg> legs = {leg(0, 10, 0, 10), leg(10, 20, 10, 10)};
  const auto cut = legs_from(legs, whole_seconds(5), 2);
  REQUIRE(cut.size() == 2);
  CHECK(cut[0].from == whole_seconds(5));
  CHECK(cut[0].rate_from == 10);
  CHECK(cut[0].rate_to == 20);
  CHECK(cut[1].rate_to == 20);
  CHECK(legs_from(legs, whole_seconds(20), 1).empty());
}
