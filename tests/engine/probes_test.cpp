// Vacuity: what a run did not come to, over one run and over a sweep.

#include "scenarios/engine/probes.h"

#include "scenarios/engine/sweep.h"
#include "tests/support/run_scenario.h"

namespace wavetank::engine {
namespace {

constexpr const char* scenario = R"({
  "load": [{ "name": "jobs", "shape": "steady", "rate": "2/s", "for": "20s" }],
  "system": { "cluster": { "nodes": 2, "task_start": "100ms", "job_start": "500ms" } },
  "expect": { "sometimes": ["callback_applied", "breaker_opened"] }
})";

TEST_CASE("a run counts the events that should happen sometimes, in the scenario's order") {
  const RunReport report = support::run_text(scenario);
  CHECK(report.verdict == "pass");
  REQUIRE(report.probes.size() == 2);
  CHECK(report.probes[0].name == "callback_applied");
  CHECK(report.probes[0].hits == 40);
  CHECK(report.probes[1].name == "breaker_opened");
  CHECK(report.probes[1].hits == 0);
}

TEST_CASE("probes change nothing") {
  const RunReport with = support::run_text(scenario);
  const RunReport without = support::run_text(scenario, {"expect.sometimes=[]"});
  CHECK(with.fingerprint == without.fingerprint);
  CHECK(without.probes.empty());
}

TEST_CASE("a load that sends nothing tests nothing, whatever thresholds hold then") {
  const RunReport report = support::run_text(
      scenario, {"load.0.shape=poisson", "load.0.rate=1/h",
                 "expect.thresholds=[\"dead_letters count == 0\"]"});
  CHECK(report.exit_code == 4);
  INFO(report.headline);
  CHECK(report.headline.find("no request was sent") != std::string::npos);
}

SweepSeed seed_with(std::vector<std::pair<std::string, std::uint64_t>> probes) {
  SweepSeed seed;
  seed.verdict = "pass";
  seed.probes = std::move(probes);
  return seed;
}

TEST_CASE("a sweep fails where no seed came to a probe, and only then") {
  SweepTally tally(false);
  tally.add(seed_with({{"breaker_opened", 0}, {"cache_stampede", 0}}));
  tally.add(seed_with({{"breaker_opened", 0}, {"cache_stampede", 2}}));
  CHECK(tally.exit_code() == 4);
  CHECK(tally.headline() == "INVALID (exit 4): breaker_opened never happened in 2 seeds");
  tally.add(seed_with({{"breaker_opened", 1}, {"cache_stampede", 0}}));
  CHECK(tally.exit_code() == 0);
  CHECK(tally.probes().at("cache_stampede").seen == 1);
  CHECK(tally.probes().at("cache_stampede").runs == 3);
}

TEST_CASE("a seed that fails weighs more than a probe that nobody came to") {
  SweepTally tally(false);
  SweepSeed broken = seed_with({{"breaker_opened", 0}});
  broken.verdict = "breached";
  broken.exit_code = 3;
  tally.add(broken);
  CHECK(tally.exit_code() == 3);
}

}  // namespace
}  // namespace wavetank::engine
