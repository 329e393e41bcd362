#include "tests/canaries/canary.h"

#include <doctest/doctest.h>

#include "app/sim_tank.h"
#include "scenarios/engine/runner.h"
#include "scenarios/engine/text/layers.h"

namespace wavetank::canaries {
namespace {

constexpr const char* scenario_text = R"({
  "title": "A canary",
  "system": { "cluster": { "nodes": 4, "task_start": "100ms", "job_start": "100ms" } },
  "load": [
    { "name": "jobs", "shape": "steady", "rate": "5/s", "for": "20s", "fresh_within": "30s",
      "work": { "input": "2MB", "shuffle": "1MB", "output": "100kB" },
      "poll": { "interval": "500ms", "for": "1m" } },
    { "name": "reads", "kind": "output", "of": "jobs", "shape": "steady", "rate": "20/s",
      "for": "20s" }
  ],
  "settle": "2m"
})";

std::unique_ptr<service::Blueprint> honest() {
  return std::make_unique<service::Pipeline>();
}

}  // namespace

engine::RunReport run(Make make) {
  const service::BlueprintType types[] = {{"pipeline", "A twin of the pipeline.", make}};
  sim::WorldSettings world;
  engine::Problems problems;
  std::optional<engine::Node> root =
      engine::load_text(scenario_text, "canary.json", {}, problems);
  REQUIRE(root.has_value());
  const engine::Scenario scenario = engine::read_scenario(
      std::move(*root), "canary.json", 1.0, [&world](Fields& f) { world.describe(f); }, problems,
      types);
  INFO(problems.text());
  REQUIRE(problems.empty());
  app::SimTank tank(world, static_cast<std::uint64_t>(scenario.seed));
  return engine::run(scenario, tank, engine::RunOptions(), problems);
}

std::string verdict_of(const engine::RunReport& report, const std::string& invariant) {
  for (const engine::InvariantResult& result : report.invariants) {
    if (result.name == invariant) return result.verdict;
  }
  return "missing";
}

void check_caught(Make twin, const std::string& invariant) {
  CAPTURE(invariant);
  const engine::RunReport caught = run(twin);
  CHECK(verdict_of(caught, invariant) == "broken");
  CHECK(caught.exit_code == 3);
  const engine::RunReport kept = run(honest);
  CHECK(verdict_of(kept, invariant) == "holds");
}

}  // namespace wavetank::canaries
