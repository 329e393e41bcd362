#include "tests/canaries/canary.h"

#include <doctest/doctest.h>

#include "tests/support/run_scenario.h"

namespace wavetank::canaries {
namespace {

constexpr const char* scenario_text = R"({
  "title": "A canary",
  "system": {
    "cache": { "ttl": "2s" },
    "cluster": { "nodes": 4, "task_start": "100ms", "job_start": "100ms" }
  },
  "load": [
    { "name": "jobs", "shape": "steady", "rate": "5/s", "for": "20s", "fresh_within": "30s",
      "keys": { "count": 5 },
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
  return support::run_text(scenario_text, {}, types);
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
