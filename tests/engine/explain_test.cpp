// Counterfactuals and what they cost, on scenarios and reports written by hand.

#include "scenarios/engine/explain/explanation.h"

#include <algorithm>

#include "scenarios/engine/text/document.h"
#include "tests/engine/scenario_subject.h"

namespace wavetank::engine {
namespace {

using Role = Counterfactual::Role;
using test::good;

const char* const scenario = R"({
  "system": { "callbacks": { "idempotent": false, "timeout": "2s" }, "api": { "replicas": 3 } },
  "load": [ { "name": "jobs", "shape": "steady", "rate": "1/s", "for": "10m" } ],
  "faults": [ { "fault": "pause", "at": "1m", "for": "5s", "target": "api/0" },
              { "fault": "pause", "at": "2m", "for": "5s", "target": "api/0" },
              { "fault": "crash", "name": "mine", "at": "3m", "for": "5s", "target": "api/0" } ],
  "expect": { "violates": ["effect_once"], "recovery": "stuck" }
})";

Node tree() {
  Problems problems;
  return *load_text(scenario, "x.json", {}, problems);
}

Provenance settings(const std::vector<std::string>& overrides) {
  return good(scenario, overrides).scenario.settings;
}

Provenance bare(const std::string& protections) {
  return test::read(R"({"system": {"protections": ")" + protections + R"("}})").scenario.settings;
}

std::vector<std::string> names(const std::vector<Counterfactual>& all, Role role) {
  std::vector<std::string> out;
  for (const Counterfactual& one : all) {
    if (one.role == role) out.push_back(one.what);
  }
  return out;
}

TEST_CASE("what a scenario expects to break is a breach when somebody asks why") {
  const Node asked = as_asked(tree());
  CHECK(find_path(asked, "expect.violates") == nullptr);
  CHECK(find_path(asked, "expect.recovery") == nullptr);
  CHECK(find_path(asked, "faults.0.name") == nullptr);
}

TEST_CASE("each fault and each change is taken away, and the other faults draw as before") {
  const Node asked = as_asked(tree());
  const auto all = taken_away(asked, settings({}), bare("hardened"));
  CHECK(names(all, Role::fault) ==
        std::vector<std::string>{"pause at 1m", "pause at 2m", "mine"});
  // The timeout is written as it is by default, so it is no change.
  CHECK(names(all, Role::change) ==
        std::vector<std::string>{"callbacks.idempotent=false", "api.replicas=3"});
  const Node& first = all[0].scenario;
  REQUIRE(first.find("faults")->items.size() == 2);
  CHECK(find_path(first, "faults.0.name")->text == "1");
  CHECK(find_path(first, "faults.1.name")->text == "mine");
  CHECK(find_path(all[3].scenario, "system.callbacks.idempotent") == nullptr);
  CHECK(find_path(all[3].scenario, "system.callbacks.timeout")->text == "2s");
}

TEST_CASE("protections that are off are put in, and knobs are turned") {
  const auto all = put_in(as_asked(tree()), settings({}), bare("hardened"), bare("none"));
  CHECK(names(all, Role::protection) == std::vector<std::string>{"callbacks.idempotent=true"});
  const auto turned = names(all, Role::setting);
  CHECK(std::count(turned.begin(), turned.end(), "callbacks.timeout=4s") == 1);
  const auto more = names(all, Role::capacity);
  CHECK(std::count(more.begin(), more.end(), "api.replicas=6") == 1);
  CHECK(find_path(all[0].scenario, "system.callbacks.idempotent")->flag);
  CHECK(all[0].set == "system.callbacks.idempotent=true");
  // With all of them off, each is tried alone.
  const auto none = put_in(as_asked(tree()), settings({"system.protections=none"}),
                           bare("hardened"), bare("none"));
  REQUIRE(names(none, Role::protection).size() > 10);
  CHECK(names(none, Role::protection).back() == "protections=hardened");
}

TEST_CASE("knobs of a list are turned one entry at a time") {
  Provenance settings{{"system.clients.0.timeout", "1s", "duration", "x.json:1"},
                      {"system.clients.1.timeout", "4s", "duration", "x.json:1"},
                      {"system.clients.0.retry.timeout", "1s", "duration", "x.json:1"},
                      {"system.stations.0.drop_expired", "false", "flag", "default"},
                      {"system.stations.0.servers", "3", "count", "default"}};
  Problems problems;
  const Node root = *load_text(R"({"system": {"stations": [{}], "clients": [{}, {}]}})", "x.json",
                               {}, problems);
  std::vector<std::string> sets;
  for (const Counterfactual& one : put_in(root, settings, {}, {})) sets.push_back(one.set);
  CHECK(sets == std::vector<std::string>{
                    "system.stations.0.drop_expired=true", "system.clients.0.timeout=2s",
                    "system.clients.1.timeout=8s", "system.stations.0.servers=6"});
}

RunReport report_of(double p99, double core_s, const std::string& verdict) {
  RunReport report;
  MetricSummary latency, time, duplicates;
  latency.name = "api.latency";
  latency.kind = "histogram";
  latency.count = 1;
  latency.p99 = p99;
  time.name = "tasks.time";
  time.kind = "counter";
  time.value = core_s;
  duplicates.name = "messages.redelivered";
  duplicates.kind = "counter";
  duplicates.value = 3;
  report.metrics = {latency, time, duplicates};
  report.verdict = verdict;
  return report;
}

std::size_t place_of(std::string_view name) {
  const auto all = cost_figures();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.name == name; });
  return static_cast<std::size_t>(found - all.begin());
}

TEST_CASE("a thing costs what the whole has more than the same seed without it") {
  VariantRuns whole, without;
  const Prices prices{.core_hour = 2, .gb = 1};
  for (const double more : {1.0, 2.0}) {
    whole.add(report_of(5 + more, 7200, "breached"), prices);
    without.add(report_of(5, 3600, "pass"), prices);
  }
  CHECK(whole.passed == 0);
  CHECK(without.passed == 2);
  const auto latency = cost_of(whole, without, place_of("latency_p99"));
  REQUIRE(latency);
  CHECK(latency->difference.mean == doctest::Approx(1.5));
  CHECK(latency->difference.has_interval());
  CHECK(cost_of(whole, without, place_of("core_hours"))->difference.mean == doctest::Approx(1));
  CHECK(cost_of(whole, without, place_of("money"))->difference.mean == doctest::Approx(2));
  CHECK(cost_of(whole, without, place_of("duplicates"))->identical);
  // Nothing was observed of freshness: no cost, rather than none.
  CHECK_FALSE(cost_of(whole, without, place_of("freshness_p99")));
  CHECK_FALSE(costs_of(report_of(1, 1, "pass"), {})[place_of("money")]);
}

TEST_CASE("a variant in which a fault has nothing to strike is unbroken, if nothing is broken") {
  RunReport report;
  report.verdict = "invalid";
  CHECK(unbroken(report));
  ThresholdResult threshold;
  threshold.holds = true;
  report.thresholds = {threshold};
  CHECK(unbroken(report));
  threshold.undecided = true;
  report.thresholds.push_back(threshold);
  CHECK_FALSE(unbroken(report));
  report.thresholds.clear();
  report.recovery.verdict = "stuck";
  CHECK_FALSE(unbroken(report));
  report.recovery.verdict = "recovers";
  InvariantResult invariant;
  invariant.verdict = "broken";
  report.invariants = {invariant};
  CHECK_FALSE(unbroken(report));
  report.verdict = "breached";
  CHECK_FALSE(unbroken(report));
}

TEST_CASE("the chain that is told is that of the first failure, else a fault's longest") {
  RunReport report;
  const auto add = [&report](std::uint64_t id, std::uint64_t parent, const char* kind) {
    ChainEvent event;
    event.id = id;
    event.parent = parent;
    event.kind = kind;
    report.chain.push_back(event);
  };
  add(1, 0, "fault_started");
  add(2, 1, "task_spilled");
  add(3, 2, "callback_overdue");
  add(4, 1, "retry_sent");
  add(7, 6, "cache_miss");  // its parent is not known
  add(6, 5, "cache_miss");
  add(5, 4, "cache_miss");
  add(8, 9, "retry_sent");  // a circle ends
  add(9, 8, "retry_sent");
  CHECK(telling_chain(report) == std::vector<std::uint64_t>{1, 4, 5, 6, 7});
  Finding finding;
  finding.chain = {1, 2, 3};
  report.findings = {Finding{}, finding};
  CHECK(telling_chain(report) == finding.chain);
  CHECK(telling_chain(RunReport{}).empty());
}

TEST_CASE("prices are read") {
  const auto read = good(scenario, {R"(prices={"core_hour": 0.05, "gb": 0.01})"});
  CHECK(read.scenario.prices.core_hour == 0.05);
  CHECK(read.scenario.prices.any());
  CHECK_FALSE(good(scenario).scenario.prices.any());
}

}  // namespace
}  // namespace wavetank::engine
