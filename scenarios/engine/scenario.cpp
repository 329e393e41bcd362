#include "scenarios/engine/scenario.h"

#include <algorithm>

#include "scenarios/engine/scenario_checks.h"
#include "scenarios/engine/scenario_forms.h"
#include "scenarios/engine/text/layers.h"
#include "scenarios/engine/text/quantity.h"
#include "scenarios/engine/text/read_fields.h"

namespace wavetank::engine {
namespace {

/// A value that --load multiplies shows both where it was written and what changed it.
void multiply_load(Scenario& scenario, double factor) {
  if (factor == 1) return;
  for (std::size_t i = 0; i < scenario.load.size(); ++i) {
    LoadEntry& entry = scenario.load[i];
    entry.scale *= factor;
    const std::string path = "load." + std::to_string(i) + ".scale";
    for (Setting& setting : scenario.settings) {
      if (setting.path != path) continue;
      setting.value = text_of(entry.scale);
      setting.origin = "--load " + text_of(factor) + "x";
    }
  }
}

/// "protections=none" as the origin of what that preset changed.
void announce_preset(ReadFields& reader, const Node& root, const DescribeWorld& world,
                     Blueprints blueprints) {
  const Node* preset = find_path(root, "system.protections");
  if (preset == nullptr || preset->kind != Node::Kind::text || preset->text == "hardened") return;
  reader.preset("protections=" + preset->text, defaults_of([&](Fields& f) {
    Scenario fresh;
    fresh.system = SystemChoice(blueprints);
    fresh.describe(f, world);
  }));
}

}  // namespace

void SystemChoice::describe(Fields& f) {
  std::vector<const char*> names;
  for (const service::BlueprintType& type : known_) names.push_back(type.name);
  f.variant("blueprint", name_, names, {.help = "Which platform."},
            [this](const std::string& word, Fields& inner) {
              for (const service::BlueprintType& type : known_) {
                if (word != type.name || (blueprint_ && made_ == word)) continue;
                blueprint_ = type.make();
                made_ = word;
              }
              if (blueprint_) blueprint_->describe(inner);
            });
}

void Prices::describe(Fields& f) {
  f.field("core_hour", core_hour, {.help = "Of an hour in which a task holds a slot."});
  f.field("gb", gb, {.help = "Of 10^9 bytes that a task moves, by network or disk."});
}

void Scenario::describe(Fields& f, const DescribeWorld& world) {
  f.field("title", title, {.help = "What it shows, in one line."});
  f.field("description", description, {.help = "What to look at."});
  f.field("seed", seed, {.help = "The same seed gives the same run."});
  f.group("system", {.help = "The platform and the world it runs in."}, [&](Fields& inner) {
    system.describe(inner);
    if (world) world(inner);
  });
  f.items("load", load, {.help = "Who asks for what, and how often.", .min = 1, .max = 200,
                         .required = true});
  f.items("faults", faults, {.help = "What goes wrong, and when."});
  f.field("warm_up", warm_up, {.help = "Not judged: the platform fills its caches and queues."});
  f.field("settle", settle,
          {.help = "How long the platform may take to finish after the load has ended."});
  const bool traced = std::any_of(load.begin(), load.end(), [](const LoadEntry& entry) {
    return entry.trace() != nullptr;
  });
  if (traced) steady = false;
  f.field("steady", steady,
          {.help = "Thresholds must hold between warm-up and the first fault; false waives it, "
                   "which is the default with a trace."});
  f.section("expect", expect, {.help = "What the run is judged by."});
  f.section("swarm", swarm, {.help = "What each seed draws under --swarm."});
  f.section("prices", prices, {.help = "What compute costs, for explain."});
  f.section("calibration", calibration,
            {.help = "Where the costs in `system` come from; `wavetank calibrate` writes it."});
  f.field("breaks", breaks,
          {.help = "Arguments of --set that make it fail, for the reader to try."});
}

namespace {

/// "0.1x rate, 0.5x bytes, 8h to 9h of 24h".
std::string scale_text(double rate, double bytes, Duration from, Duration to, Duration whole) {
  std::string text;
  const auto add = [&text](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  if (rate != 1) add(text_of(rate) + "x rate");
  if (bytes != 1) add(text_of(bytes) + "x bytes");
  const Duration end = to > Duration{} ? std::min(to, whole) : whole;
  if (from > Duration{} || end < whole) {
    add(text_of(from) + " to " + text_of(end) + " of " + text_of(whole));
  }
  return text;
}

}  // namespace

void shrink_to(Scenario& scenario, double rate, double bytes, Duration from, Duration to) {
  scenario.scaled = scale_text(rate, bytes, from, to, scenario.load_ends);
  for (LoadEntry& entry : scenario.load) {
    entry.scale *= rate;
    entry.bytes_scale *= bytes;
  }
  scenario.starts = from;
  if (from > Duration{}) scenario.warm_up = std::max(scenario.warm_up, from);
  if (to > Duration{}) {
    scenario.stops = to;
    scenario.load_ends = std::min(scenario.load_ends, to);
  }
}

PlaceNames places_of(const Scenario& scenario) {
  const service::Blueprint* blueprint = scenario.system.blueprint();
  if (blueprint == nullptr) return {};
  return {blueprint->stations(), blueprint->clients()};
}

Scenario read_scenario(Node root, const std::string& path, double load_factor,
                       const DescribeWorld& world, Problems& problems, Blueprints blueprints) {
  unify_forms(root);
  Scenario scenario;
  scenario.file = path;
  scenario.system = SystemChoice(blueprints);
  ReadFields reader(root, problems, scenario.settings);
  announce_preset(reader, root, world, blueprints);
  scenario.describe(reader, world);
  reader.finish();
  scenario.expect.recovery.stated = find_path(root, "expect.recovery") != nullptr;
  if (load_factor > 0) {
    multiply_load(scenario, load_factor);
  } else {
    problems.add({"--load", 0, 0, "", "the factor must be above zero", "Write --load 2x."});
  }
  check_scenario(scenario, root, problems);
  return scenario;
}

Scenario load_scenario(const std::string& path, const std::vector<std::string>& overrides,
                       double load_factor, const DescribeWorld& world, Problems& problems,
                       Blueprints blueprints) {
  std::optional<Node> root = engine::load(path, overrides, problems);
  if (root) {
    return read_scenario(std::move(*root), path, load_factor, world, problems, blueprints);
  }
  Scenario nothing;
  nothing.file = path;
  return nothing;
}

std::optional<double> parse_load_factor(const std::string& text) {
  if (text.ends_with('%')) {
    const Parsed<Ratio> ratio = parse_ratio(text);
    if (ratio.value && ratio.value->value > 0) return ratio.value->value;
    return std::nullopt;
  }
  if (!text.ends_with('x')) return std::nullopt;
  const Parsed<double> number = parse_number(text.substr(0, text.size() - 1));
  if (number.value && *number.value > 0) return *number.value;
  return std::nullopt;
}

std::vector<SettingRow> setting_rows(const Provenance& settings) {
  std::vector<SettingRow> rows;
  for (const Setting& setting : settings) {
    rows.push_back({setting.path, setting.value, setting.unit, setting.origin});
  }
  return rows;
}

std::vector<FieldRow> scenario_fields(const DescribeWorld& world) {
  std::vector<FieldRow> rows;
  ListFields lister(rows);
  Scenario scenario;
  scenario.describe(lister, world);
  return rows;
}

}  // namespace wavetank::engine
