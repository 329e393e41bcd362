// A scenario of a bigger platform or a longer day, at a target's scale.

#include <doctest/doctest.h>

#include "scenarios/engine/load/client.h"
#include "tests/engine/load_subject.h"
#include "tests/engine/scenario_subject.h"
#include "tests/support/fake_world.h"

using namespace wavetank;
using namespace wavetank::engine;
using wavetank::engine::test::good;
using wavetank::engine::test::loads_of;

namespace {

Scenario day() {
  return good(R"({
    "title": "A day",
    "load": [
      {"name": "a", "shape": "steady", "rate": "100/s", "for": "24h", "scale": 2,
       "work": {"input": "10MB", "shuffle": "4MB", "output": "1MB"}},
      {"name": "b", "shape": "steady", "rate": "10/s", "for": "1h"}
    ],
    "warm_up": "1h", "settle": "10m"})").scenario;
}

/// What a client sends of ten requests a second over a minute.
ClientCounts sent(Duration from, Duration to, std::size_t in_flight, Duration answers_after) {
  testing::FakeWorld world(42);
  world.log.service_time = answers_after;
  const LoadPlan plan(loads_of(R"([{"name": "a", "shape": "steady", "rate": "10/s", "for": "60s",
    "retry": {"policy": "none"}, "timeout": "2m"}])"), 42);
  Client client(world, plan);
  client.confine(Time{} + from, Time{} + to, in_flight);
  client.start();
  world.loop().run_until(Time{} + minutes(10));
  CHECK(client.issued());
  CHECK(client.idle());
  return client.counts();
}

}  // namespace

TEST_CASE("shrink_to turns every load's rate and bytes down, on top of its own scale") {
  Scenario scenario = day();
  shrink_to(scenario, 0.1, 0.5, {}, {});
  CHECK(scenario.load[0].scale == doctest::Approx(0.2));
  CHECK(scenario.load[1].scale == doctest::Approx(0.1));
  CHECK(scenario.load[0].bytes_scale == 0.5);
  CHECK(scenario.load[1].bytes_scale == 0.5);
  CHECK(scenario.starts == Duration{});
  CHECK(scenario.stops == duration_max);
  CHECK(scenario.load_ends == hours(24));
  CHECK(scenario.warm_up == hours(1));
  CHECK(scenario.scaled == "0.1x rate, 0.5x bytes");
}

TEST_CASE("shrink_to takes a part of the day, which warms up until it begins") {
  Scenario scenario = day();
  shrink_to(scenario, 1, 1, hours(8), hours(9));
  CHECK(scenario.starts == hours(8));
  CHECK(scenario.warm_up == hours(8));
  CHECK(scenario.stops == hours(9));
  CHECK(scenario.load_ends == hours(9));
  CHECK(scenario.load[0].scale == 2);
  CHECK(scenario.scaled == "8h to 9h of 24h");
  Scenario early = day();
  shrink_to(early, 0.1, 1, minutes(30), {});
  CHECK(early.warm_up == hours(1));  // its own is longer
  CHECK(early.load_ends == hours(24));
  CHECK(early.scaled == "0.1x rate, 30m to 24h of 24h");
}

TEST_CASE("a scale of one says nothing, and an end behind the day's is the day's") {
  Scenario scenario = day();
  shrink_to(scenario, 1, 1, {}, {});
  CHECK(scenario.scaled.empty());
  shrink_to(scenario, 1, 1, {}, hours(30));
  CHECK(scenario.load_ends == hours(24));
  CHECK(scenario.scaled.empty());
}

TEST_CASE("bytes at a scale: what each submit moves shrinks, and nothing else of it") {
  Scenario scenario = day();
  const LoadPlan whole(scenario.load, 42);
  shrink_to(scenario, 1, 0.25, {}, {});
  const LoadPlan part(scenario.load, 42);
  const Arrival first{Time{} + whole_seconds(1), 7, false, nullptr};
  const PlannedRequest big = whole.loads()[0].request(first);
  const PlannedRequest small = part.loads()[0].request(first);
  CHECK(big.work.input == megabytes(10));
  CHECK(small.work.input == Bytes{2'500'000});
  CHECK(small.work.shuffle == megabytes(1));
  CHECK(small.work.output == Bytes{250'000});
  CHECK(small.work.compute == big.work.compute);
  CHECK(small.subject == big.subject);
}

TEST_CASE("rate at a scale: every n-th of the arrivals, evenly") {
  Scenario scenario = day();
  shrink_to(scenario, 0.1, 1, {}, {});
  const LoadPlan plan(scenario.load, 42);
  ArrivalSource source(plan.loads()[0]);
  for (int i = 0; i < 100; ++i) CHECK(source.next()->at == Time{} + milliseconds(50 * i));
}

TEST_CASE("a client that is confined sends what is planned in its stretch") {
  CHECK(sent({}, minutes(9), 0, milliseconds(20)).offered == 600);
  CHECK(sent(whole_seconds(20), whole_seconds(50), 0, milliseconds(20)).offered == 300);
  CHECK(sent({}, whole_seconds(5), 0, milliseconds(20)).offered == 50);
  CHECK(sent(whole_seconds(59), minutes(9), 0, milliseconds(20)).offered == 10);
}

TEST_CASE("a client that may have few requests under way withholds the others, and says so") {
  // Each is under way for almost a second, in which ten are planned.
  const ClientCounts counts = sent({}, minutes(9), 4, milliseconds(950));
  CHECK(counts.offered == 600);
  CHECK(counts.withheld == 360);
  CHECK(counts.tries == 240);
  CHECK(sent({}, minutes(9), 10, milliseconds(950)).withheld == 0);
}
