// The chain reaction, and its counterfactuals: one cut at a time, same seed. The links before the
// cut are the same events at the same moments, the cut one and all later ones do not happen.

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

#include "app/sim_tank.h"
#include "scenarios/engine/runner.h"

using namespace wavetank;

namespace {

struct ChainLink {
  std::string kind;
  std::uint64_t id = 0, parent = 0;
  double at = 0;
  bool operator==(const ChainLink&) const = default;
};

engine::RunReport run_with(const std::string& set) {
  sim::WorldSettings world;
  engine::Problems problems;
  std::vector<std::string> sets;
  if (!set.empty()) sets.push_back(set);
  const engine::Scenario scenario =
      engine::load_scenario(WAVETANK_SOURCE_DIR "/scenarios/chain_reaction.json", sets, 1.0,
                            [&world](Fields& f) { world.describe(f); }, problems);
  INFO(problems.text());
  REQUIRE(problems.empty());
  app::SimTank tank(world, static_cast<std::uint64_t>(scenario.seed));
  return engine::run(scenario, tank, engine::RunOptions(), problems);
}

/// The links of the chain that happened, in order: the first event of each that matters.
std::vector<ChainLink> links(const engine::RunReport& report) {
  std::vector<ChainLink> found;
  for (const char* kind : {"partition_hot", "task_spilled", "callback_overdue"}) {
    for (const engine::ChainEvent& e : report.chain) {
      if (e.kind != kind) continue;
      found.push_back({kind, e.id, e.parent, e.at});
      break;
    }
  }
  for (const engine::ChainEvent& e : report.chain) {
    const bool second = e.what.find("terminal effect 2") != std::string::npos;
    if (e.kind == "callback_applied" && second) found.push_back({e.kind, e.id, e.parent, e.at});
  }
  for (const engine::ChainEvent& e : report.chain) {
    if (e.kind != "cache_stampede") continue;
    found.push_back({e.kind, e.id, e.parent, e.at});
    break;
  }
  return found;
}

}  // namespace

TEST_CASE("a hot key alone ends in a stampede, and each link names its parent") {
  const engine::RunReport report = run_with("");
  CHECK(report.exit_code == 0);
  std::map<std::uint64_t, engine::ChainEvent> by_id;
  for (const engine::ChainEvent& e : report.chain) by_id[e.id] = e;
  const std::vector<ChainLink> chain = links(report);
  REQUIRE(chain.size() == 5);
  // From the stampede back to the fault, by parents only.
  std::vector<std::string> kinds;
  for (std::uint64_t at = chain.back().id; at != 0; at = by_id[at].parent) {
    REQUIRE(by_id.count(at) == 1);
    kinds.push_back(by_id[at].kind);
    REQUIRE(kinds.size() < 20);
  }
  CHECK(kinds == std::vector<std::string>{"cache_stampede", "cache_invalidated",
                                          "callback_applied", "callback_overdue", "task_spilled",
                                          "partition_hot", "fault_started"});
}

TEST_CASE("each cut alone keeps the links before it and removes the rest") {
  const std::vector<ChainLink> whole = links(run_with(""));
  REQUIRE(whole.size() == 5);
  const std::vector<std::pair<std::string, std::size_t>> cuts = {
      {"faults=[]", 0},
      {"system.cluster.executor_memory=32GiB", 1},
      {"system.callbacks.overdue_after=15m", 2},
      {"system.callbacks.idempotent=true", 3},
      {"system.cache.single_flight=true", 4},
  };
  for (const auto& [set, kept] : cuts) {
    CAPTURE(set);
    const std::vector<ChainLink> left = links(run_with(set));
    REQUIRE(left.size() == kept);
    for (std::size_t i = 0; i < kept; ++i) CHECK(left[i] == whole[i]);
  }
}
