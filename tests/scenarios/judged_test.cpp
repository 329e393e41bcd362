// Judging a run must not change it.

#include <doctest/doctest.h>

#include "tests/support/run_scenario.h"

using namespace wavetank;

namespace {

// Cut off with the load, so that both runs end at one moment.
constexpr const char* busy = R"({
  "title": "Busy",
  "system": { "cluster": { "nodes": 20, "task_start": "100ms", "job_start": "500ms" } },
  "load": [
    { "name": "jobs", "shape": "poisson", "rate": "20/s", "for": "1m",
      "work": { "input": "2MB", "output": "100kB" } },
    { "name": "reads", "kind": "output", "of": "jobs", "shape": "poisson", "rate": "20/s",
      "for": "1m" }
  ],
  "faults": [ { "fault": "callback_timeout", "at": "20s", "for": "20s", "target": "callbacks",
                "ratio": "20%" } ],
  "settle": "0s"
})";

}  // namespace

TEST_CASE("what happens is the same whether or not anything judges it") {
  engine::RunOptions alone;
  alone.judged = false;
  const engine::RunReport judged = support::run_text(busy);
  const engine::RunReport blind =
      support::run_text(busy, {}, service::blueprint_types(), alone);
  CHECK(blind.fingerprint == judged.fingerprint);
  CHECK(blind.virtual_s == judged.virtual_s);
  CHECK(blind.jobs.offered == judged.jobs.offered);
  CHECK(blind.jobs.reads == judged.jobs.reads);
  REQUIRE(blind.faults.size() == 1);
  CHECK(blind.faults[0].fired > 0);
  CHECK(blind.faults[0].fired == judged.faults[0].fired);

  CHECK(judged.events > blind.events);  // by the samples that metrics take
  CHECK_FALSE(judged.metrics.empty());
  CHECK(blind.metrics.empty());
  CHECK(blind.verdict.empty());
}
