// Durable steps heard at the gate of a run, and the crashes that they become.

#include "scenarios/engine/crash_points.h"

#include <algorithm>

#include "scenarios/engine/text/document.h"
#include "tests/support/run_scenario.h"

namespace wavetank::engine {
namespace {

constexpr const char* scenario = R"({
  "load": [{ "name": "jobs", "shape": "steady", "rate": "1/s", "for": "40s",
             "work": { "input": "1MB", "output": "100kB" } }],
  "system": { "cluster": { "nodes": 2, "task_start": "100ms", "job_start": "500ms" } },
  "warm_up": "5s"
})";

std::vector<CrashPoint> discovered(std::uint64_t* fingerprint = nullptr) {
  DurableSteps steps(Time{} + whole_seconds(5), Time{} + whole_seconds(40));
  RunOptions options;
  options.arm = [&steps](World& world) { steps.listen(world); };
  const RunReport report = support::run_text(scenario, {}, service::blueprint_types(), options);
  if (fingerprint != nullptr) *fingerprint = report.fingerprint;
  return steps.points();
}

RunReport crashed(const CrashRun& run) {
  Node faults = array_node();
  for (Node& fault : crash_faults(run, whole_seconds(5), whole_seconds(5))) {
    faults.items.push_back(std::move(fault));
  }
  return support::run_text(scenario, {"faults=" + write_json_line(faults)});
}

TEST_CASE("listening for steps changes nothing, and finds those of every service") {
  std::uint64_t fingerprint = 0;
  const std::vector<CrashPoint> points = discovered(&fingerprint);
  CHECK(fingerprint == support::run_text(scenario).fingerprint);
  std::vector<std::string> words;
  for (const CrashPoint& point : points) words.push_back(point.words());
  for (const char* expected :
       {"api before database.accept_process", "api after database.accept_process",
        "outbox before queue.publish", "outbox after database.mark_published",
        "outbox after database.claim_outbox", "launcher before database.advance launched",
        "launcher after compute.start_job", "launcher before queue.commit"}) {
    CAPTURE(expected);
    CHECK(std::count(words.begin(), words.end(), expected) == 1);
  }
  const auto manifest = [](const std::string& one) { return one.ends_with("put manifest"); };
  CHECK(std::count_if(words.begin(), words.end(), manifest) == 2);
  CHECK(std::is_sorted(points.begin(), points.end(),
                       [](const auto& a, const auto& b) { return a.at < b.at; }));
  CHECK(points.front().at > Time{} + whole_seconds(5));
}

TEST_CASE("each point is struck where it was heard") {
  for (const CrashPoint& point : discovered()) {
    CAPTURE(point.words());
    CrashRun run;
    run.crashes = {point};
    const RunReport report = crashed(run);
    REQUIRE(report.faults.size() == 1);
    CHECK(report.faults[0].fired == 1);
    CHECK(report.verdict != "error");
  }
}

TEST_CASE("of two crashes the second comes after the first") {
  const std::vector<CrashPoint> points = discovered();
  CrashRun run;
  run.crashes = {points[0], points[0]};
  run.crashes[1].nth = 1;
  const RunReport report = crashed(run);
  REQUIRE(report.faults.size() == 2);
  CHECK(report.faults[0].fired == 1);
  CHECK(report.faults[1].fired == 1);
  CHECK(report.faults[1].from > report.faults[0].from);
}

TEST_CASE("what a search says in one number") {
  CrashSearch search;
  CHECK(search.exit_code() == 4);
  CrashRun run;
  run.struck = true;
  search.points = {run, run};
  CHECK(search.exit_code() == 0);
  CHECK(search.first_broken() == nullptr);
  search.points[1].struck = false;
  CHECK(search.exit_code() == 4);
  search.pairs = {run};
  search.pairs[0].broken = {"effect_once"};
  CHECK(search.exit_code() == 3);
  CHECK(search.first_broken() == &search.pairs[0]);
  search.points[0].error = "a belief";
  CHECK(search.exit_code() == 1);
}

}  // namespace
}  // namespace wavetank::engine
