#include "app/trial.h"

#include <chrono>
#include <utility>

#include "app/sim_tank.h"

namespace wavetank::app {

std::vector<std::string> Trial::overrides() const {
  std::vector<std::string> all = sets;
  all.push_back("seed=" + std::to_string(seed));
  return all;
}

Lane::Lane(const ScenarioText& text)
    : text_(text), tables_(std::make_shared<sim::ZipfCache>()) {}

engine::RunReport Lane::run(const Trial& trial, engine::RunOptions options,
                            engine::Problems& problems) {
  const Rehearsal rehearsal = text_.rehearsal(trial.overrides(), trial.load_factor, problems);
  if (!problems.empty()) return {};
  return run(rehearsal, std::move(options), problems);
}

engine::RunReport Lane::run(const Rehearsal& rehearsal, engine::RunOptions options,
                            engine::Problems& problems) {
  const auto start = std::chrono::steady_clock::now();
  options.tables = tables_;
  SimTank tank(rehearsal.world, static_cast<std::uint64_t>(rehearsal.scenario.seed));
  engine::RunReport report = engine::run(rehearsal.scenario, tank, options, problems);
  report.wall_s =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return report;
}

}  // namespace wavetank::app
