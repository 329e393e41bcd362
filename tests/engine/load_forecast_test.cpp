// What a load plan comes to: counted as Client sends it.

#include "scenarios/engine/load/load_forecast.h"

#include <doctest/doctest.h>

#include <limits>

#include "scenarios/engine/load/client.h"
#include "tests/engine/load_subject.h"
#include "tests/engine/trace_files.h"
#include "tests/support/fake_world.h"

using namespace wavetank;
using namespace wavetank::engine;
using wavetank::engine::test::loads_of;
using wavetank::engine::test::TempFolder;

namespace {

constexpr const char* mixed = R"json([
  {"name": "jobs", "shape": "steady", "rate": "10/s", "for": "20s",
   "retry": {"policy": "fixed", "attempts": 4}, "poll": {"interval": "10s", "for": "1m"},
   "work": {"input": "2MB", "shuffle": "1MB", "output": "100kB"}},
  {"name": "looks", "shape": "poisson", "rate": "7/s", "for": "20s", "kind": "status",
   "retry": {"policy": "none"}, "of": "jobs"},
  {"name": "reads", "shape": "ramp", "ramp": {"from": "1/s", "to": "9/s"}, "for": "20s",
   "kind": "output", "of": "jobs"}])json";

constexpr Time end_of_time = time_max;

LoadForecast of(const std::string& loads, std::vector<LoadSurge> surges = {}, Time from = {},
                Time to = end_of_time) {
  return forecast(LoadPlan(loads_of(loads), 42), from, to, surges);
}

/// What Client really sends within that stretch.
ClientCounts sent(const std::string& loads, double factor, Time begin, Time end) {
  testing::FakeWorld world(42);
  const LoadPlan plan(loads_of(loads), 42);
  Client client(world, plan);
  client.start();
  world.loop().run_until(begin);
  client.set_factor("jobs", factor);
  world.loop().run_until(end);
  client.set_factor("jobs", 1);
  world.loop().run_until(Time{} + minutes(2));
  return client.counts();
}

}  // namespace

TEST_CASE("a forecast counts requests by kind, and what submits move") {
  const LoadForecast all = of(mixed);
  CHECK(all.submits == 200);
  CHECK(all.output_reads == 100);
  CHECK(all.status_reads > 0);
  CHECK(all.submit_tries == 800);
  CHECK(all.tries == 800 + all.status_reads + 3 * 100);
  CHECK(all.polls == 200 * 6);
  CHECK(all.input == megabytes(400));
  CHECK(all.shuffle == megabytes(200));
  CHECK(all.output == megabytes(20));
  CHECK(all.input_most == megabytes(2));
  CHECK(all.trace_rate_per_s == 0);
}

TEST_CASE("a forecast counts what lies in its stretch, and no more") {
  const LoadForecast part =
      of(mixed, {}, Time{} + whole_seconds(5), Time{} + whole_seconds(15));
  CHECK(part.submits == 100);
  CHECK(of(mixed, {}, Time{} + minutes(1)).requests() == 0);
}

TEST_CASE("what a surge adds is what the client adds") {
  const std::string jobs =
      R"([{"name": "jobs", "shape": "poisson", "rate": "10/s", "for": "20s"}])";
  const Time begin = Time{} + whole_seconds(4), end = Time{} + whole_seconds(9);
  const ClientCounts counts = sent(jobs, 3.5, begin, end);
  CHECK(of(jobs, {{"jobs", begin, end, 3.5}}).submits == counts.offered);
  CHECK(of(jobs, {{"", begin, end, 3.5}}).submits == counts.offered);
  CHECK(of(jobs).submits < counts.offered);
  CHECK(of(jobs, {{"others", begin, end, 3.5}}).submits == of(jobs).submits);
  // A load that is turned down is counted in full: it is an upper bound.
  CHECK(of(jobs, {{"jobs", begin, end, 0.1}}).submits == of(jobs).submits);
}

TEST_CASE("rows of a trace count with their own sizes, and its rate is that of its busiest time") {
  const TempFolder folder;
  std::string rows = "at,bytes\n";
  for (int i = 0; i < 40; ++i) rows += std::to_string(20 + i / 8) + ",1000000\n";
  rows += "55,5000000\n";
  const std::string loads = R"([{"name": "jobs", "shape": "trace", "file": ")" +
                            folder.write("t.csv", rows) +
                            R"(", "columns": {"time": "at", "input": "bytes"}}])";
  const LoadForecast all = of(loads);
  CHECK(all.submits == 41);
  CHECK(all.input == megabytes(45));
  CHECK(all.input_most == megabytes(5));
  CHECK(all.trace_rate_per_s == doctest::Approx(4));
  const LoadForecast twice = of(loads, {{"", {}, end_of_time, 2}});
  CHECK(twice.submits == 82);
  CHECK(twice.trace_rate_per_s == doctest::Approx(8));
}

TEST_CASE("sums stop at the greatest number instead of turning negative") {
  const LoadForecast all = of(R"([{"name": "a", "shape": "steady", "rate": "1000/s", "for": "10s",
    "work": {"input": "1000000GB"}}])");
  CHECK(all.submits == 10'000);
  CHECK(all.input.count == std::numeric_limits<std::int64_t>::max());
}

TEST_CASE("the fastest rate of a shape is that of the stretch, surges included") {
  const auto entries = loads_of(R"([{"name": "a", "at": "10s", "shape": "ramp",
    "ramp": {"from": "10/s", "to": "30/s"}, "for": "20s"}])");
  const auto fastest = [&](std::int64_t from, std::int64_t to, std::vector<LoadSurge> surges = {}) {
    return fastest_rate(entries[0], Time{} + whole_seconds(from), Time{} + whole_seconds(to),
                        surges);
  };
  CHECK(fastest(0, 100) == doctest::Approx(30));
  CHECK(fastest(0, 20) == doctest::Approx(20));
  CHECK(fastest(0, 10) == 0);
  CHECK(fastest(40, 50) == 0);
  const LoadSurge early{"a", Time{} + whole_seconds(10), Time{} + whole_seconds(15), 4};
  CHECK(fastest(0, 100, {early}) == doctest::Approx(60));
  CHECK(fastest(16, 100, {early}) == doctest::Approx(30));
  CHECK(fastest(0, 100, {{"b", {}, end_of_time, 4}}) == doctest::Approx(30));
}
