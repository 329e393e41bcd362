// What seeds draw, and which declarations are refused.

#include "scenarios/engine/swarm.h"

#include <doctest/doctest.h>

#include <set>

#include "scenarios/engine/scenario.h"
#include "scenarios/engine/sweep.h"
#include "scenarios/engine/text/layers.h"
#include "scenarios/engine/text/quantity.h"

namespace wavetank::engine {
namespace {

std::string with_swarm(const std::string& swarm, const std::string& faults = "[]") {
  return R"({ "load": [ { "name": "jobs", "shape": "steady", "rate": "5/s", "for": "60s" } ],
    "faults": )" + faults + R"(, "swarm": )" + swarm + " }";
}

struct Read {
  Problems problems;
  std::optional<SwarmDraw> draw;
};

Read read(const std::string& text) {
  Read out;
  std::optional<Node> root = load_text(text, "s.json", {}, out.problems);
  REQUIRE(root.has_value());
  const Scenario scenario = read_scenario(*root, "s.json", 1, nullptr, out.problems);
  out.draw.emplace(scenario.swarm, std::move(*root), scenario.load_ends);
  return out;
}

std::string value_of(const std::vector<std::string>& sets, const std::string& path) {
  for (const std::string& set : sets) {
    if (set.starts_with(path + '=')) return set.substr(path.size() + 1);
  }
  return "";
}

/// What a drawn list of faults holds; nothing where none was drawn.
std::vector<Node> faults_in(const std::vector<std::string>& sets) {
  const std::string list = value_of(sets, "faults");
  if (list.empty()) return {};
  Problems problems;
  const auto root = load_text("{\"faults\": " + list + "}", "x", {}, problems);
  REQUIRE(problems.empty());
  return root->find("faults")->items;
}

TEST_CASE("settings are drawn between their bounds, seed by seed") {
  const Read swarm = read(with_swarm(R"({ "settings": [
      { "path": "system.callbacks.timeout", "from": "500ms", "to": "5s" },
      { "path": "system.api.replicas", "from": "1", "to": "3" },
      { "path": "system.callbacks.retry.policy", "values": ["fixed", "jitter"] } ] })"));
  REQUIRE(swarm.problems.text() == "");
  std::set<std::string> timeouts, replicas, policies;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const std::vector<std::string> sets = swarm.draw->sets(seed);
    CHECK(sets == swarm.draw->sets(seed));
    const auto timeout = parse_duration(value_of(sets, "system.callbacks.timeout")).value;
    REQUIRE(timeout.has_value());
    CHECK(*timeout >= milliseconds(500));
    CHECK(*timeout <= whole_seconds(5));
    timeouts.insert(text_of(*timeout));
    replicas.insert(value_of(sets, "system.api.replicas"));
    policies.insert(value_of(sets, "system.callbacks.retry.policy"));
  }
  CHECK(timeouts.size() > 150);
  CHECK(replicas == std::set<std::string>{"1", "2", "3"});
  CHECK(policies.size() == 2);
}

TEST_CASE("faults strike in their share of the seeds, with what was drawn for them") {
  const Read swarm = read(with_swarm(R"({ "faults": [
      { "probability": "30%", "fault": "crash", "target": "launcher/0", "at": "20s", "for": "5s",
        "ranges": [ { "path": "at", "from": "10s", "to": "30s" } ] } ] })"));
  REQUIRE(swarm.problems.text() == "");
  std::size_t struck = 0;
  std::set<std::string> times;
  for (std::uint64_t seed = 0; seed < 1'000; ++seed) {
    for (const Node& fault : faults_in(swarm.draw->sets(seed))) {
      ++struck;
      CHECK(fault.find("probability") == nullptr);
      CHECK(fault.find("ranges") == nullptr);
      times.insert(fault.find("at")->text);
    }
  }
  CHECK(struck > 240);
  CHECK(struck < 360);
  CHECK(times.size() > 100);
}

TEST_CASE("no seed leaves the contract") {
  const std::string fault = R"({ "probability": "60%", "fault": "pause", "target": "api/0",
      "at": "10s", "for": "10s", "ranges": [ { "path": "at", "from": "1s", "to": "55s" } ] })";
  const std::string always = R"([ { "fault": "crash", "target": "launcher/0", "at": "20s",
      "for": "5s" } ])";
  const Read swarm =
      read(with_swarm("{ \"faults\": [" + fault + "," + fault + "," + fault + "," + fault +
                          R"(], "contract": { "faults_max": 2, "calm": "12s" } })",
                      always));
  REQUIRE(swarm.problems.text() == "");
  std::size_t most = 0;
  for (std::uint64_t seed = 0; seed < 1'000; ++seed) {
    const std::vector<Node> faults = faults_in(swarm.draw->sets(seed));
    most = std::max(most, faults.size());
    std::vector<std::pair<Duration, Duration>> windows;
    for (const Node& one : faults) {
      const Duration at = *parse_duration(one.find("at")->text).value;
      windows.emplace_back(at, at + *parse_duration(one.find("for")->text).value);
    }
    std::sort(windows.begin(), windows.end());
    for (std::size_t i = 1; i < windows.size(); ++i) {
      CHECK(windows[i].first >= windows[i - 1].second);
    }
    if (!windows.empty()) CHECK(windows.back().second <= whole_seconds(48));
    if (!faults.empty()) CHECK(faults[0].find("fault")->text == "crash");
  }
  CHECK(most == 3);  // the author's own and two
}

TEST_CASE("a wrong declaration is a problem with its place") {
  const auto says = [](const std::string& swarm, const std::string& what) {
    const std::string text = read(with_swarm(swarm)).problems.text();
    INFO(text);
    CHECK(text.find(what) != std::string::npos);
  };
  says(R"({"settings": [{"path": "system.api.replica", "from": "1", "to": "2"}]})",
       "Did you mean \"system.api.replicas\"?");
  says(R"({"settings": [{"path": "system.api.replicas", "from": "1", "to": "2s"}]})",
       "/swarm/settings/0/to: \"1\" and \"2s\" are no values of one kind");
  says(R"({"settings": [{"path": "system.api.replicas", "from": "3", "to": "2"}]})",
       "\"2\" is less than \"3\"");
  says(R"({"settings": [{"path": "system.api.replicas"}]})", "a range needs bounds or values");
  says(R"({"settings": [{"path": "system.api.replicas", "from": "1", "values": ["1"]}]})",
       "bounds or values, not both");
  says(R"({"settings": [{"from": "1", "to": "2"}]})", "path");
  says(R"({"faults": [{"fault": "pause", "target": "api/0", "at": "1s"}],
           "contract": {"calm": "5s"}})",
       "the contract wants calm");
  says(R"({"faults": [{"fault": "pause", "target": "api/0", "at": "1s", "for": "1s",
           "ranges": [{"path": "ratoi", "from": "1%", "to": "2%"}]}]})",
       "no setting is called \"ratoi\"");
  says(R"({"fautls": []})", "Did you mean \"faults\"?");
}

SweepSeed seed(std::uint64_t n, const std::string& verdict, int code,
               std::vector<std::string> broken = {}) {
  SweepSeed out;
  out.seed = n;
  out.verdict = verdict;
  out.exit_code = code;
  out.headline = verdict;
  out.broken = std::move(broken);
  return out;
}

TEST_CASE("the worst seed decides: an error, then a broken invariant, then not valid") {
  SweepTally tally(false);
  CHECK(tally.exit_code() == 0);
  tally.add(seed(1, "pass", 0));
  CHECK(tally.exit_code() == 0);
  tally.add(seed(2, "breached", 3));
  CHECK(tally.exit_code() == 3);
  tally.add(seed(3, "invalid", 4));
  CHECK(tally.exit_code() == 4);
  tally.add(seed(4, "breached", 3, {"effect_once"}));
  tally.add(seed(5, "breached", 3, {"effect_once"}));
  CHECK(tally.exit_code() == 3);
  CHECK(tally.worst().seed == 4);
  tally.add(seed(6, "error", 1));
  CHECK(tally.exit_code() == 1);
  CHECK(tally.failed() == 5);
  CHECK(tally.broken().at("effect_once") == 2);
}

TEST_CASE("a swarm forgives seeds that test nothing, not a fault that never fires") {
  SweepTally tally(true);
  SweepSeed idle = seed(1, "invalid", 4);
  idle.fired = {{"crash", 0}};
  tally.add(idle);
  CHECK(tally.failed() == 0);
  CHECK(tally.exit_code() == 4);  // no valid seed
  tally.add(seed(2, "pass", 0));
  CHECK(tally.headline() == "INVALID (exit 4): crash never fired in 2 seeds");
  SweepSeed struck = seed(3, "pass", 0);
  struck.fired = {{"crash", 2}};
  tally.add(struck);
  CHECK(tally.exit_code() == 0);
}

}  // namespace
}  // namespace wavetank::engine
