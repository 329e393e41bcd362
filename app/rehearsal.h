#pragma once
// Rehearsal: a scenario read for the simulated world. The settings of that world stand beside the
// scenario's own, so both are kept together.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/engine/scenario.h"
#include "sim/world/settings.h"

namespace wavetank::app {

struct Rehearsal {
  sim::WorldSettings world;
  engine::Scenario scenario;
};

/// A scenario file and what it includes, read from disk once. Immutable: threads may share it.
class ScenarioText {
 public:
  explicit ScenarioText(std::string path, engine::Problems& problems,
                        engine::Blueprints known = service::blueprint_types());
  /// The same from a tree that was made of such a file.
  ScenarioText(std::string path, engine::Node root,
               engine::Blueprints known = service::blueprint_types())
      : path_(std::move(path)), known_(known), root_(std::move(root)) {}

  const std::string& path() const { return path_; }
  /// Sixteen hexadecimal digits that change with the text.
  std::string digest() const;
  /// The scenario under these overrides. Adds everything that is wrong to `problems`; with any,
  /// only the world itself may be left to ask.
  Rehearsal rehearsal(const std::vector<std::string>& sets, double load_factor,
                      engine::Problems& problems) const;
  /// The same, and then asks the world: see ask_world().
  Rehearsal checked(const std::vector<std::string>& sets, double load_factor,
                    engine::Problems& problems) const;
  /// What the files and these overrides say. There must have been a tree.
  engine::Node tree(const std::vector<std::string>& sets, engine::Problems& problems) const;
  /// What seeds of it draw under --swarm; a scenario that declares nothing to draw is a problem.
  engine::SwarmDraw swarm(const std::vector<std::string>& sets, double load_factor,
                          engine::Problems& problems) const;

 private:
  std::string path_;
  engine::Blueprints known_;
  std::optional<engine::Node> root_;  ///< none where the file has no tree
};

/// What only the wired world can tell, such as an unknown target: a run that is stopped before it
/// starts asks it. Nothing is written.
void ask_world(const Rehearsal& rehearsal, engine::Problems& problems);

/// Describes the settings of the simulated world, for schema and lists.
engine::DescribeWorld describe_simulated();

/// Reads --load: "2x", "0.1x", "150%"; empty is 1. None where it is none of these.
std::optional<double> load_factor_of(const std::string& text);

/// Prints the problems and how many they are. False where there is none.
bool print_problems(const engine::Problems& problems, const std::string& path, std::ostream& err);

}  // namespace wavetank::app
