#include <doctest/doctest.h>

#include "scenarios/engine/invariants/invariant.h"
#include "scenarios/engine/load/load_plan.h"
#include "tests/engine/scenario_subject.h"
#include "tests/engine/trace_files.h"

using namespace wavetank;
using namespace wavetank::engine;
using wavetank::engine::test::good;
using wavetank::engine::test::read;
using wavetank::engine::test::Reading;
using wavetank::engine::test::TempFolder;

namespace {

constexpr const char* evening = R"json({
  "title": "Callback receivers time out during the evening peak",
  "description": "What it shows.", // comments are allowed
  "seed": 7,
  "system": {"blueprint": "pipeline", "api": {"replicas": 2}, "cluster": {"nodes": 60}},
  "load": [
    {"name": "evening", "shape": "steady", "rate": "200/s", "for": "10m",
     "keys": {"count": "1M", "zipf": 1.1}},
    {"name": "reads", "shape": "poisson", "rate": "50/s", "for": "10m", "kind": "output"}],
  "faults": [
    {"fault": "callback_timeout", "at": "2m", "for": "4m", "target": "callbacks", "ratio": "5%"},
    {"fault": "load_spike", "at": "5m", "load": "evening"}],
  "warm_up": "1m",
  "settle": "5m",
  "expect": {
    "thresholds": ["api.latency p(95) < 45ms",
                   {"expr": "freshness p(99) < 15m", "window": "1m", "abort": true}],
    "invariants": ["no_process_lost", "effect_once"],
    "recovery": {"within": "2m"}},
  "breaks": ["system.protections=none"]
})json";

std::string minimal(const std::string& more) {
  return R"({"load": [{"name": "a", "shape": "steady", "rate": "1/s", "for": "10m"}])" +
         (more.empty() ? "" : ", " + more) + "}";
}

std::string origin(const Reading& reading, const char* path) {
  const Setting* setting = find_setting(reading.scenario.settings, path);
  return setting == nullptr ? "" : setting->value + " from " + setting->origin;
}

}  // namespace

TEST_CASE("the whole of a scenario is read") {
  const Reading r = good(evening);
  const Scenario& s = r.scenario;
  CHECK(s.title == "Callback receivers time out during the evening peak");
  CHECK(s.seed == 7);
  CHECK(s.system.name() == "pipeline");
  CHECK(s.system.blueprint() != nullptr);
  CHECK(r.nodes == 60);
  REQUIRE(s.load.size() == 2);
  CHECK(s.load[0].keys.count == 1'000'000);
  CHECK(s.load[1].own.kind == RequestKind::output);
  REQUIRE(s.faults.size() == 2);
  CHECK(s.faults[0].fault->spec().at == minutes(2));
  CHECK(s.faults[1].fault->spec().target == "evening");
  CHECK(s.warm_up == minutes(1));
  CHECK(s.settle == minutes(5));
  CHECK(s.steady);
  CHECK(s.load_ends == minutes(10));
  REQUIRE(s.thresholds.size() == 2);
  CHECK(s.thresholds[0].text == "api.latency p(95) < 45ms");
  CHECK_FALSE(s.thresholds[0].window.has_value());
  CHECK(s.thresholds[1].window == minutes(1));
  CHECK(s.thresholds[1].abort);
  CHECK(s.expect.invariants == std::vector<std::string>{"no_process_lost", "effect_once"});
  CHECK(s.expect.recovery.stated);
  CHECK(s.expect.recovery.within == minutes(2));
  CHECK(s.breaks.size() == 1);
  const LoadPlan plan(s.load, 7, s.surveys);
  CHECK(plan.end() == Time{} + minutes(10));
}

TEST_CASE("what a scenario leaves out has its default") {
  const Reading r = good(minimal(""));
  CHECK(r.scenario.seed == 42);
  CHECK(r.scenario.expect.invariants.size() == invariant_types().size());
  CHECK_FALSE(r.scenario.expect.recovery.stated);
  CHECK(r.scenario.expect.recovery.verdict == ExpectedRecovery::Verdict::recovers);
  CHECK(r.nodes == 8);
  CHECK(good(minimal(R"("expect": {"invariants": []})")).scenario.expect.invariants.empty());
}

TEST_CASE("recovery is an object or stuck") {
  const Reading r =
      good(minimal(R"("expect": {"recovery": "stuck", "violates": ["effect_once"]})"));
  CHECK(r.scenario.expect.recovery.verdict == ExpectedRecovery::Verdict::stuck);
  CHECK(r.scenario.expect.recovery.stated);
  CHECK(r.scenario.expect.violates == std::vector<std::string>{"effect_once"});
  CHECK(read(minimal(R"("expect": {"recovery": "stuk"})")).text() ==
        "x.json:1:98: /expect/recovery/expected: \"stuk\" is not a known expected. "
        "Did you mean \"stuck\"?\n");
}

TEST_CASE("every setting says where it came from") {
  const Reading r = good(evening, {"system.protections=none", "load.0.rate=9/s"}, 2);
  CHECK(origin(r, "seed") == "7 from x.json:4");
  CHECK(origin(r, "system.cluster.nodes") == "60 from x.json:5");
  CHECK(origin(r, "load.0.rate") == "9/s from --set");
  CHECK(origin(r, "load.0.timeout") == "5s from default");
  CHECK(origin(r, "load.1.scale") == "2 from --load 2x");
  CHECK(r.scenario.load[0].scale == 2);
  CHECK(origin(r, "system.api.idempotent") == "false from protections=none");
  CHECK(origin(r, "system.api.replicas") == "2 from x.json:5");
  CHECK(origin(r, "expect.thresholds.0.expr") == "api.latency p(95) < 45ms from x.json:16");
  const auto rows = setting_rows(r.scenario.settings);
  CHECK(rows.size() == r.scenario.settings.size());
  CHECK(rows[2].path == "seed");
  CHECK(rows[2].from == "x.json:4");
}

TEST_CASE("--load takes 2x, 0.1x and 150%") {
  CHECK(parse_load_factor("2x") == 2);
  CHECK(parse_load_factor("0.1x") == 0.1);
  CHECK(parse_load_factor("150%") == 1.5);
  for (const char* bad : {"", "2", "x", "-1x", "0x", "0%", "2 x", "1e999x"}) {
    CHECK(parse_load_factor(bad) == std::nullopt);
  }
  CHECK_FALSE(read(minimal(""), {}, 0).problems.empty());
}

TEST_CASE("a trace is found beside the file that names it, surveyed, and waives steady state") {
  const TempFolder folder;
  folder.write("day.tsv", "job0\t10\njob1\t7200\n");
  const std::string name = folder.path() + "/s.json";
  const std::string text = R"({"load": [{"name": "a", "shape": "trace", "file": "day.tsv",
    "columns": {"time": 2, "key": "1"}}]})";
  const Reading r = read(text, {}, 1, name);
  INFO(r.text());
  REQUIRE(r.problems.empty());
  CHECK_FALSE(r.scenario.steady);
  REQUIRE(r.scenario.surveys.at(0).has_value());
  CHECK(r.scenario.surveys[0]->rows == 2);
  CHECK(r.scenario.load_ends == whole_seconds(7201));
  CHECK(read(text, {"load.0.file=" + folder.path() + "/day.tsv"}, 1, "x.json").problems.empty());
  CHECK(read(text, {"steady=true"}, 1, name).scenario.steady);
  const LoadPlan plan(r.scenario.load, 1, r.scenario.surveys);
  CHECK(plan.loads()[0].keys() == 2);
}
