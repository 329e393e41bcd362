#include "app/rehearsal.h"

#include <array>
#include <cstdio>
#include <ostream>
#include <utility>

#include "app/sim_tank.h"
#include "scenarios/engine/runner.h"
#include "scenarios/engine/text/document.h"
#include "scenarios/engine/text/layers.h"
#include "system/base/random.h"

namespace wavetank::app {

ScenarioText::ScenarioText(std::string path, engine::Problems& problems, engine::Blueprints known)
    : path_(std::move(path)), known_(known), root_(engine::load(path_, {}, problems)) {}

Rehearsal ScenarioText::rehearsal(const std::vector<std::string>& sets, double load_factor,
                                  engine::Problems& problems) const {
  Rehearsal out;
  if (!root_) {
    out.scenario.file = path_;
    return out;
  }
  out.scenario = engine::read_scenario(
      tree(sets, problems), path_, load_factor, [&out](Fields& f) { out.world.describe(f); },
      problems, known_);
  return out;
}

std::string ScenarioText::digest() const {
  const std::uint64_t hash = root_ ? hash_name(engine::write_json_line(*root_)) : 0;
  std::array<char, 20> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(hash));
  return text.data();
}

engine::Node ScenarioText::tree(const std::vector<std::string>& sets,
                                engine::Problems& problems) const {
  engine::Node root = *root_;
  for (const std::string& assignment : sets) engine::set_path(root, assignment, problems);
  return root;
}

engine::SwarmDraw ScenarioText::swarm(const std::vector<std::string>& sets, double load_factor,
                                      engine::Problems& problems) const {
  const Rehearsal read = rehearsal(sets, load_factor, problems);
  if (!problems.empty()) return {{}, {}, {}};
  if (read.scenario.swarm.empty()) {
    problems.add({path_, 0, 0, "/swarm", "nothing is declared for seeds to draw",
                  "Write \"swarm\": {\"settings\": [...], \"faults\": [...]}."});
  }
  engine::Problems again;
  return {read.scenario.swarm, tree(sets, again), read.scenario.load_ends};
}

Rehearsal ScenarioText::checked(const std::vector<std::string>& sets, double load_factor,
                                engine::Problems& problems) const {
  Rehearsal read = rehearsal(sets, load_factor, problems);
  if (problems.empty()) ask_world(read, problems);
  return read;
}

void ask_world(const Rehearsal& rehearsal, engine::Problems& problems) {
  SimTank tank(rehearsal.world, static_cast<std::uint64_t>(rehearsal.scenario.seed));
  const std::atomic<int> stopped{1};
  engine::RunOptions options;
  options.signal = &stopped;
  static_cast<void>(engine::run(rehearsal.scenario, tank, options, problems));
}

engine::DescribeWorld describe_simulated() {
  auto settings = std::make_shared<sim::WorldSettings>();
  return [settings](Fields& f) { settings->describe(f); };
}

std::optional<double> load_factor_of(const std::string& text) {
  return text.empty() ? 1.0 : engine::parse_load_factor(text);
}

bool print_problems(const engine::Problems& problems, const std::string& path, std::ostream& err) {
  if (problems.empty()) return false;
  err << problems.text();
  const std::size_t n = problems.count();
  err << "wavetank: " << n << (n == 1 ? " problem" : " problems") << " in "
      << engine::printable(path, 300) << "; nothing was run\n";
  return true;
}

}  // namespace wavetank::app
