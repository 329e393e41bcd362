#include "app/list_entries.h"

#include <algorithm>
#include <filesystem>

#include "app/rehearsal.h"
#include "app/sim_tank.h"
#include "faults/catalogue.h"
#include "faults/target.h"
#include "scenarios/engine/invariants/invariant.h"
#include "scenarios/engine/metrics/metric_registry.h"
#include "scenarios/engine/text/document.h"
#include "scenarios/engine/text/layers.h"
#include "system/blueprints/blueprint.h"

namespace wavetank::app {
namespace {

namespace fs = std::filesystem;

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

/// The path as --set takes it: which blueprint has the setting goes without saying in its snippet.
std::string settable(std::string path) {
  const std::size_t open = path.find("system[");
  if (open != 0) return path;
  return path.erase(6, path.find(']') - 5);
}

/// A list with room between its elements, so that a line can be broken there.
std::string spaced(std::string text) {
  for (std::size_t at = text.find("\",\""); at != text.npos; at = text.find("\",\"", at + 1)) {
    text.insert(at + 2, 1, ' ');
  }
  return text;
}

Entry entry_of(const engine::FieldRow& row) {
  return {settable(row.path),
          row.help,
          {{"unit", row.unit},
           {"default", row.required ? "required" : spaced(row.initial)},
           {"range", row.range},
           {"vendor", row.vendor},
           {"source", row.source}},
          row.snippet};
}

std::vector<Entry> settings() {
  std::vector<Entry> out;
  for (const engine::FieldRow& row : engine::scenario_fields(describe_simulated())) {
    out.push_back(entry_of(row));
  }
  return out;
}

/// Each fault, then its own fields.
std::vector<Entry> faults_list() {
  const std::vector<engine::FieldRow> rows = engine::scenario_fields(describe_simulated());
  std::vector<Entry> out;
  for (const faults::FaultType& type : faults::fault_types()) {
    const std::unique_ptr<faults::Fault> fault = type.make();
    const std::string prefix = std::string("faults[") + type.name + "].";
    std::string fields;
    for (const engine::FieldRow& row : rows) {
      if (!row.path.starts_with(prefix)) continue;
      fields += (fields.empty() ? "" : ", ") + row.path.substr(prefix.size());
      if (!row.initial.empty()) fields += " = " + row.initial;
    }
    out.push_back({type.name,
                   type.help,
                   {{"touches", fault->touched_what()}, {"fields", fields}},
                   fault->snippet()});
  }
  return out;
}

std::string text_at(const engine::Node& root, const char* key) {
  const engine::Node* node = root.find(key);
  return node == nullptr ? "" : node->text;
}

std::string faults_in(const engine::Node& root) {
  std::vector<std::string> names;
  const engine::Node* list = root.find("faults");
  if (list == nullptr) return "";
  for (const engine::Node& item : list->items) {
    const std::string name = text_at(item, "fault");
    if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end()) {
      names.push_back(name);
    }
  }
  return joined(names);
}

std::vector<Entry> scenarios(const std::string& folder) {
  std::vector<fs::path> paths;
  std::error_code error;
  for (const fs::directory_entry& one : fs::directory_iterator(folder, error)) {
    if (one.path().extension() == ".json") paths.push_back(one.path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<Entry> out;
  for (const fs::path& path : paths) {
    engine::Problems problems;
    const auto root = engine::load(path.string(), {}, problems);
    if (!root || root->find("load") == nullptr) continue;  // A part for `include`.
    const engine::Node* violates = engine::find_path(*root, "expect.violates");
    std::vector<std::string> breaks;
    if (violates != nullptr) {
      for (const engine::Node& item : violates->items) breaks.push_back(item.text);
    }
    const std::string title = text_at(*root, "title");
    const std::string description = text_at(*root, "description");
    out.push_back({path.stem().string(),
                   title + (title.empty() || description.empty() ? "" : ". ") + description,
                   {{"faults", faults_in(*root)}, {"expects to break", joined(breaks)}},
                   "wavetank run " + path.string()});
  }
  return out;
}

std::vector<Entry> invariants() {
  std::vector<Entry> out;
  for (const engine::InvariantType& type : engine::invariant_types()) {
    out.push_back({type.name,
                   type.help,
                   {{"protects", type.protects}},
                   std::string(R"("expect": { "invariants": [")") + type.name + "\"] }"});
  }
  return out;
}

std::string limit_of(engine::MetricUnit unit) {
  switch (unit) {
    case engine::MetricUnit::seconds: return "< 10s";
    case engine::MetricUnit::bytes: return "< 10GB";
    case engine::MetricUnit::number: return "< 100";
    case engine::MetricUnit::multiple: return "< 1.5";
    case engine::MetricUnit::share: break;
  }
  return "< 99%";
}

std::string threshold_of(const engine::MetricInfo& metric) {
  const char* aggregator = "value";
  if (metric.kind == engine::MetricKind::histogram) aggregator = "p(99)";
  if (metric.kind == engine::MetricKind::counter) aggregator = "count";
  if (metric.kind == engine::MetricKind::gauge) aggregator = "max";
  return std::string(metric.name) + ' ' + aggregator + ' ' + limit_of(metric.unit);
}

std::vector<Entry> metrics() {
  std::vector<Entry> out;
  for (const engine::MetricInfo& metric : engine::metric_table) {
    out.push_back({metric.name,
                   metric.help,
                   {{"unit", engine::name_of(metric.unit)},
                    {"kind", engine::name_of(metric.kind)},
                    {"labels", joined(engine::label_names(metric.labels))},
                    {"counterpart", metric.counterpart}},
                   R"("expect": { "thresholds": [")" + threshold_of(metric) + "\"] }"});
  }
  return out;
}

/// What the standard platform in the simulated world offers as targets.
std::vector<Entry> targets() {
  const sim::WorldSettings settings;
  SimTank tank(settings, 1);
  const std::unique_ptr<service::Blueprint> blueprint = service::blueprint_types()[0].make();
  blueprint->wire(tank.world());
  std::vector<Entry> out;
  for (const std::string& name : faults::known_targets(tank.world())) {
    const std::size_t nodes = tank.world().nodes(name).size();
    const bool verb = name.find('.') != name.npos;
    std::string help = verb ? "One verb: calls of that kind, whoever makes them."
                            : "A service: every verb of it.";
    std::string example = name;
    if (nodes > 0) {
      help = "A group of " + std::to_string(nodes) + (nodes == 1 ? " node" : " nodes") +
             " in the default platform; calls to it, or its nodes where nodes are meant.";
      example = name + "/0";
    }
    out.push_back({name, help, {}, "\"target\": \"" + example + "\""});
  }
  out.push_back({"A->B", "Calls from A's nodes to B; * stands for anybody.", {},
                 R"("target": "api->database")"});
  out.push_back({"topic/N", "Messages published to partition N of any topic.", {},
                 R"("target": "topic/3")"});
  return out;
}

std::vector<Entry> events() {
  std::vector<Entry> out;
  for (int i = 0; i < event_kind_count(); ++i) {
    const auto kind = static_cast<EventKind>(i);
    out.push_back({name_of(kind),
                   text_of(kind),
                   {},
                   std::string(R"("expect": { "sometimes": [")") + name_of(kind) + "\"] }"});
  }
  return out;
}

std::vector<Entry> blueprints() {
  std::vector<Entry> out;
  for (const service::BlueprintType& type : service::blueprint_types()) {
    out.push_back({type.name,
                   type.help,
                   {},
                   std::string(R"("system": { "blueprint": ")") + type.name + "\" }"});
  }
  return out;
}

}  // namespace

const std::vector<std::string>& lists() {
  static const std::vector<std::string> names{"faults",   "scenarios", "invariants", "metrics",
                                              "settings", "targets",   "events",     "blueprints"};
  return names;
}

std::vector<Entry> entries_of(const std::string& list, const std::string& folder) {
  if (list == "faults") return faults_list();
  if (list == "scenarios") return scenarios(folder);
  if (list == "invariants") return invariants();
  if (list == "metrics") return metrics();
  if (list == "settings") return settings();
  if (list == "targets") return targets();
  if (list == "events") return events();
  return blueprints();
}

}  // namespace wavetank::app
