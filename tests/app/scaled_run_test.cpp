// A run of a part of a scenario, as a prediction for a target does it.

#include "app/rehearsal.h"
#include "app/sim_tank.h"
#include "reports/console.h"
#include "reports/markdown.h"
#include "scenarios/engine/runner.h"
#include "tests/support/program.h"

namespace wavetank::app {
namespace {

engine::RunReport scaled(double rate, Duration from, Duration to, engine::Observed& observed) {
  const Bench bench;
  bench.write("s.json", small_scenario());
  engine::Problems problems;
  const ScenarioText text(bench.path("s.json").string(), problems);
  Rehearsal rehearsal = text.checked({"faults=[]"}, 1, problems);
  REQUIRE_MESSAGE(problems.empty(), problems.text());
  engine::shrink_to(rehearsal.scenario, rate, 1, from, to);
  SimTank tank(rehearsal.world, 42);
  engine::RunOptions options;
  options.observed = &observed;
  engine::RunReport report = engine::run(rehearsal.scenario, tank, options, problems);
  CHECK(problems.empty());
  return report;
}

TEST_CASE("a scaled run offers its part of the load, and its reports say so") {
  engine::Observed observed;
  const engine::RunReport part = scaled(0.4, whole_seconds(20), whole_seconds(40), observed);
  CHECK(part.jobs.offered == 40);  // 2/s for 20 s
  CHECK(observed.counts.offered == 40);
  CHECK(part.jobs.succeeded == 40);
  CHECK(part.load_s == 40);
  const char* words = "a part was run, by the target's scale: 0.4x rate, 20s to 40s of 1m";
  CHECK(part.notes == std::vector<std::string>{words});
  CHECK(has(reports::markdown(part), std::string("Note: ") + words));
  CHECK(has(reports::console(part), "0.4x rate"));
  engine::Observed all;
  const engine::RunReport whole = scaled(1, {}, {}, all);
  CHECK(whole.jobs.offered == 300);
  CHECK(whole.notes.empty());
}

}  // namespace
}  // namespace wavetank::app
