// What repeated runs are made of: one scenario text, lanes over it, trials in them.

#include "app/trial.h"

#include "tests/support/program.h"

namespace wavetank::app {
namespace {

TEST_CASE("a lane's trials do not depend on each other, nor on the lane") {
  const Bench bench;
  bench.write("s.json", small_scenario());
  engine::Problems problems;
  const ScenarioText text(bench.path("s.json").string(), problems);
  Lane lane(text), other(text);
  const auto fingerprint = [&](Lane& in, std::uint64_t seed, std::vector<std::string> sets) {
    return in.run({std::move(sets), seed, 1}, {}, problems).fingerprint;
  };
  const std::vector<std::string> keyed{"load.0.keys.count=1000", "load.0.keys.zipf=1.1"};
  const std::uint64_t first = fingerprint(lane, 7, keyed);
  CHECK(fingerprint(lane, 8, keyed) != first);
  CHECK(fingerprint(lane, 7, {}) != first);
  CHECK(fingerprint(lane, 7, keyed) == first);
  CHECK(fingerprint(other, 7, keyed) == first);
  CHECK(problems.empty());
}

TEST_CASE("the trial's seed wins, and is in its report") {
  const Bench bench;
  bench.write("s.json", small_scenario());
  engine::Problems problems;
  const ScenarioText text(bench.path("s.json").string(), problems);
  Lane lane(text);
  const engine::RunReport report = lane.run({{"seed=3"}, 9, 1}, {}, problems);
  CHECK(report.seed == 9);
  CHECK(report.verdict == "pass");
  CHECK(report.wall_s > 0);
}

TEST_CASE("a trial that cannot be read runs nothing") {
  engine::Problems problems;
  const ScenarioText missing("no/such.json", problems);
  CHECK_FALSE(problems.empty());
  engine::Problems again;
  const Bench bench;
  bench.write("s.json", small_scenario());
  const ScenarioText text(bench.path("s.json").string(), again);
  REQUIRE(again.empty());
  Lane lane(text);
  CHECK(lane.run({{"load.0.rat=5/s"}, 1, 1}, {}, again).events == 0);
  CHECK(again.count() == 1);
}

}  // namespace
}  // namespace wavetank::app
