#pragma once
// Runs a scenario given as text in a fresh simulated world, as the command line would.

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "app/sim_tank.h"
#include "scenarios/engine/runner.h"
#include "scenarios/engine/text/layers.h"

namespace wavetank::support {

inline engine::RunReport run_text(const std::string& text,
                                  const std::vector<std::string>& sets = {},
                                  engine::Blueprints blueprints = service::blueprint_types(),
                                  const engine::RunOptions& options = engine::RunOptions()) {
  sim::WorldSettings world;
  engine::Problems problems;
  std::optional<engine::Node> root = engine::load_text(text, "test.json", sets, problems);
  INFO(problems.text());
  REQUIRE(root.has_value());
  const engine::Scenario scenario = engine::read_scenario(
      std::move(*root), "test.json", 1.0, [&world](Fields& f) { world.describe(f); }, problems,
      blueprints);
  INFO(problems.text());
  REQUIRE(problems.empty());
  app::SimTank tank(world, static_cast<std::uint64_t>(scenario.seed));
  return engine::run(scenario, tank, options, problems);
}

/// A metric without labels.
inline const engine::MetricSummary& metric(const engine::RunReport& report,
                                           const std::string& name) {
  for (const engine::MetricSummary& m : report.metrics) {
    if (m.name == name) return m;
  }
  FAIL("no metric ", name);
  return report.metrics.front();
}

}  // namespace wavetank::support
