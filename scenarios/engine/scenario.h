#pragma once
// A scenario as types: which platform, which load, what goes wrong, and what is expected.
//
//   Problems problems;
//   Scenario s = load_scenario(path, {"seed=7"}, 1.0, describe_world, problems);
//   if (!problems.empty()) { print problems.text(); exit code 2 }
//   LoadPlan plan(s.load, s.seed, s.surveys);
//
// load_scenario() does everything: layers, strict reading, and all checks that need no world. It
// finds all problems at once; with any, the scenario is good for nothing but its title.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "faults/catalogue.h"
#include "scenarios/engine/calibration.h"
#include "scenarios/engine/expectations.h"
#include "scenarios/engine/load/load_entry.h"
#include "scenarios/engine/load/trace.h"
#include "scenarios/engine/metrics/threshold.h"
#include "scenarios/engine/run_report.h"
#include "scenarios/engine/swarm.h"
#include "scenarios/engine/text/list_fields.h"
#include "scenarios/engine/text/node.h"
#include "scenarios/engine/text/provenance.h"
#include "system/blueprints/blueprint.h"

namespace wavetank::engine {

/// Describes the settings of a world, which stand in the same `system` object as the blueprint's.
using DescribeWorld = std::function<void(Fields&)>;
using Blueprints = std::span<const service::BlueprintType>;

/// `system`: the blueprint by its word, and its settings.
class SystemChoice {
 public:
  explicit SystemChoice(Blueprints known = service::blueprint_types()) : known_(known) {}
  void describe(Fields& f);
  const std::string& name() const { return name_; }
  /// Null until it was described.
  service::Blueprint* blueprint() const { return blueprint_.get(); }
  std::unique_ptr<service::Blueprint> take() { return std::move(blueprint_); }

 private:
  Blueprints known_;
  std::string name_ = "pipeline";
  std::string made_;
  std::unique_ptr<service::Blueprint> blueprint_;
};

/// What compute costs, in any one currency; 0 is no price.
struct Prices {
  double core_hour = 0;
  double gb = 0;

  bool any() const { return core_hour > 0 || gb > 0; }
  void describe(Fields& f);
};

struct Scenario {
  std::string file;  ///< as the user gave it
  std::string title;
  std::string description;
  std::int64_t seed = 42;
  SystemChoice system;
  std::vector<LoadEntry> load;
  std::vector<faults::FaultEntry> faults;
  Duration warm_up{};
  Duration settle = minutes(10);
  bool steady = true;  ///< false by default where a trace is among the loads
  Expectations expect;
  Swarm swarm;  ///< what seeds draw where --swarm asks for it
  Prices prices;
  Calibration calibration;  ///< of the costs in `system`
  std::vector<std::string> breaks;  ///< arguments of --set that break it, for the report

  // What load_scenario() makes of it.
  std::vector<std::optional<TraceSurvey>> surveys;  ///< of the loads, by place
  std::vector<Threshold> thresholds;
  Duration starts{};     ///< where in the scenario the run begins: a target's scale.from
  Duration stops = duration_max;    ///< nothing planned from here on is sent
  std::int64_t in_flight_most = 0;  ///< requests under way at a time; 0: any number
  Duration load_ends{};  ///< when chaos ends and settling begins
  std::string scaled;    ///< what a target made of it, as reports tell it; empty: nothing
  Provenance settings;   ///< every setting and where it came from

  void describe(Fields& f, const DescribeWorld& world);
};

/// Shrinks what was written for a bigger platform or a longer day: rates and bytes by factors, and
/// the time to [from, to); a `to` of 0 is the end of the load.
void shrink_to(Scenario& scenario, double rate, double bytes, Duration from, Duration to);

/// The stations and clients of its blueprint, by number; none for a pipeline.
PlaceNames places_of(const Scenario& scenario);

/// `load_factor` is that of --load. `blueprints` are those that `system.blueprint` may name.
Scenario load_scenario(const std::string& path, const std::vector<std::string>& overrides,
                       double load_factor, const DescribeWorld& world, Problems& problems,
                       Blueprints blueprints = service::blueprint_types());

/// The same from a tree that layers.h made; paths of traces are relative to where the tree says
/// that they were written.
Scenario read_scenario(Node root, const std::string& path, double load_factor,
                       const DescribeWorld& world, Problems& problems,
                       Blueprints blueprints = service::blueprint_types());

/// "2x", "0.1x" or "150%"; none for anything else.
std::optional<double> parse_load_factor(const std::string& text);

/// As reports show them.
std::vector<SettingRow> setting_rows(const Provenance& settings);

/// The JSON Schema of a scenario file. `world` is asked to describe fresh settings, which it may
/// leave changed; so is that of scenario_fields().
std::string schema_text(const DescribeWorld& world);

/// Every setting, for `list settings`.
std::vector<FieldRow> scenario_fields(const DescribeWorld& world);

}  // namespace wavetank::engine
