#include "scenarios/engine/scenario_checks.h"

#include <algorithm>
#include <filesystem>

#include "scenarios/engine/invariants/invariant.h"
#include "scenarios/engine/text/nearest.h"
#include "scenarios/engine/text/quantity.h"

namespace wavetank::engine {
namespace {

/// "load.0.file" as a JSON pointer.
std::string pointer_of(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    const std::string_view step = path.substr(0, path.find('.'));
    out = pointer_to(out, step);
    path.remove_prefix(std::min(path.size(), step.size() + 1));
  }
  return out;
}

constexpr const char* recovery_name = "recovery";

/// As thresholds are compared: `p(99)<1s` is `p(99) < 1s`.
std::string without_spaces(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c != ' ' && c != '\t') out += c;
  }
  return out;
}

class Checks {
 public:
  Checks(Scenario& scenario, const Node& root, Problems& problems)
      : scenario_(scenario), root_(root), problems_(problems), places_(places_of(scenario)) {}

  void loads();
  void traces();
  void windows();
  void fault(std::size_t index);
  void thresholds();
  void invariants();
  void probes();
  void breaks();
  void swarm();

 private:
  /// A problem with the value at `path`, or with what stands around it.
  void add(const std::string& path, std::string what, std::string hint = "") {
    std::string_view around = path;
    const Node* node = find_path(root_, around);
    while (node == nullptr && around.find('.') != std::string_view::npos) {
      around = around.substr(0, around.rfind('.'));
      node = find_path(root_, around);
    }
    problems_.add(problem_at(node != nullptr ? node->place : root_.place, pointer_of(path),
                             std::move(what), std::move(hint)));
  }
  static std::string at(const char* list, std::size_t index, const char* field) {
    return std::string(list) + '.' + std::to_string(index) + '.' + field;
  }
  std::vector<std::string> load_names() const;
  void reader(std::size_t index);
  void visitor(std::size_t index);
  void foreign(std::size_t index, const MetricInfo& metric);
  void volume(std::size_t index);
  void idle_fields(std::size_t index, const std::vector<std::string>& fields, const char* why);
  std::string resolved(const std::string& file, const Node* node) const;
  void survey(std::size_t index, TraceSettings& trace);
  void violates(std::size_t index);
  void known_invariants(const char* path, const std::vector<std::string>& names);

  Scenario& scenario_;
  const Node& root_;
  Problems& problems_;
  PlaceNames places_;
  bool lengths_known_ = false;
};

std::vector<std::string> Checks::load_names() const {
  std::vector<std::string> names;
  for (const LoadEntry& entry : scenario_.load) {
    if (!entry.name.empty()) names.push_back(entry.name);
  }
  return names;
}

void Checks::loads() {
  std::vector<std::string> before;
  for (std::size_t i = 0; i < scenario_.load.size(); ++i) {
    const LoadEntry& entry = scenario_.load[i];
    const bool twice = std::find(before.begin(), before.end(), entry.name) != before.end();
    if (twice && !entry.name.empty()) {
      add(at("load", i, "name"), "another load is called " + in_quotes(entry.name), "");
    }
    before.push_back(entry.name);
    volume(i);
    if (places_.network()) {
      visitor(i);
      continue;
    }
    idle_fields(i, {"client"}, "only a queueing network has clients");
    if (entry.shape != nullptr && entry.shape->closed() != nullptr) {
      add(at("load", i, "shape"), "only a queueing network takes a closed load",
          "Name another shape.");
    }
    if (entry.submits()) {
      idle_fields(i, {"of", "read"}, "only a load that reads takes it");
    } else {
      reader(i);
      idle_fields(i,
                  {"priority", "action", "critical", "fresh_within", "fresh_for", "work", "keys"},
                  "a read takes it from the output that it is about");
    }
  }
}

/// A load of a queueing network: its client says all but when requests come and what about.
void Checks::visitor(std::size_t index) {
  LoadEntry& entry = scenario_.load[index];
  idle_fields(index,
              {"kind", "priority", "action", "critical", "fresh_within", "fresh_for", "work",
               "classes", "of", "read", "poll", "timeout", "retry"},
              "the client of the network says it");
  const std::vector<std::string>& names = places_.clients;
  if (entry.client.empty() && names.size() > 1) {
    return add(at("load", index, "client"), "it must say whose requests these are",
               nearest_hint("", names, "clients"));
  }
  const auto found = std::find(names.begin(), names.end(), entry.client);
  if (!entry.client.empty() && found == names.end()) {
    return add(at("load", index, "client"), "no client is called " + in_quotes(entry.client),
               nearest_hint(entry.client, names, "clients"));
  }
  if (found != names.end()) {
    entry.client_number = static_cast<std::uint32_t>(found - names.begin());
  }
}

/// A load beyond any platform would fill memory before its first second is over.
void Checks::volume(std::size_t index) {
  constexpr double rate_max = 1e8;      // a second
  constexpr double requests_max = 2e9;  // ids of outputs have 32 bits
  const LoadEntry& entry = scenario_.load[index];
  if (entry.shape == nullptr) return;
  double fastest = 0, requests = 0;
  for (const Leg& leg : entry.shape->legs()) {
    fastest = std::max({fastest, leg.rate_from * entry.scale, leg.rate_to * entry.scale});
    requests += (leg.rate_from + leg.rate_to) / 2 * entry.scale * seconds(leg.to - leg.from);
  }
  if (fastest > rate_max) {
    add(at("load", index, "rate"), "the load is too fast, its scale and --load included",
        "At most 100M/s.");
  } else if (requests > requests_max) {
    add(at("load", index, "for"), "the load has too many requests in all", "At most 2G.");
  }
}

/// Refuses what is set, by the entry or by a class of it, and means nothing there.
void Checks::idle_fields(std::size_t index, const std::vector<std::string>& fields,
                         const char* why) {
  const std::string prefix = "load." + std::to_string(index) + '.';
  for (const Setting& setting : scenario_.settings) {
    if (!setting.path.starts_with(prefix) || setting.origin == "default") continue;
    std::string field = setting.path.substr(prefix.size());
    if (field.starts_with("classes.")) field = field.substr(field.find('.', 8) + 1);
    field = field.substr(0, field.find('.'));
    if (std::find(fields.begin(), fields.end(), field) == fields.end()) continue;
    add(setting.path, in_quotes(field) + " means nothing here: " + why);
  }
}

/// A load that reads must know whose outputs, and by key only where there are keys.
void Checks::reader(std::size_t index) {
  const LoadEntry& entry = scenario_.load[index];
  std::vector<std::string> submitting;
  const LoadEntry* from = nullptr;
  for (const LoadEntry& other : scenario_.load) {
    if (!other.submits()) continue;
    submitting.push_back(other.name);
    if (entry.of.empty() || other.name == entry.of) from = &other;
  }
  if (submitting.empty()) {
    return add(at("load", index, "kind"), "there is no load that submits, so nothing to read");
  }
  if (entry.of.empty() && submitting.size() > 1) {
    return add(at("load", index, "of"), "it must say which load's outputs it reads",
               nearest_hint("", submitting, "loads that submit"));
  }
  if (from == nullptr) {
    return add(at("load", index, "of"), "no load that submits is called " + in_quotes(entry.of),
               nearest_hint(entry.of, submitting, "loads that submit"));
  }
  const bool keyed = from->keys.count > 0 ||
                     (from->trace() != nullptr && !from->trace()->columns.key.empty());
  if (entry.read.by == ReadChoice::By::key && !keyed) {
    add(at("load", index, "read.by"), "the load " + in_quotes(from->name) + " has no keys",
        "Give it `keys`, or read by recency.");
  }
}

/// Relative to the file that says it; an override may also be relative to the working directory.
std::string Checks::resolved(const std::string& file, const Node* node) const {
  namespace fs = std::filesystem;
  const bool has_source = node != nullptr && node->place.source != nullptr;
  const bool typed = has_source && node->place.source->kind == Source::Kind::override_;
  const std::string& by = has_source && !typed ? node->place.source->file : scenario_.file;
  const std::string beside = (fs::path(by).parent_path() / file).lexically_normal().string();
  std::error_code error;
  if (typed && !fs::exists(beside, error) && fs::exists(file, error)) return file;
  return beside;
}

void Checks::survey(std::size_t index, TraceSettings& trace) {
  const std::string path = at("load", index, "file");
  trace.path = resolved(trace.file, find_path(root_, path));
  Problems found;
  scenario_.surveys[index] = survey_trace(trace, found);
  for (const Problem& problem : found.all()) {
    if (problem.line > 0) {
      problems_.add(problem);
    } else {
      add(path, in_quotes(trace.path) + ": " + problem.what, problem.hint);
    }
  }
}

/// Surveys every trace and adds up how long the load lasts.
void Checks::traces() {
  scenario_.surveys.assign(scenario_.load.size(), std::nullopt);
  Duration end{};
  lengths_known_ = !scenario_.load.empty();
  for (std::size_t i = 0; i < scenario_.load.size(); ++i) {
    LoadEntry& entry = scenario_.load[i];
    Duration length{};
    if (TraceSettings* trace = entry.trace()) {
      const bool readable = !trace->file.empty() && !trace->columns.time.empty() &&
                            (trace->to == Duration{} || trace->from < trace->to);
      if (readable) survey(i, *trace);
      if (scenario_.surveys[i]) length = scenario_.surveys[i]->length;
    } else if (entry.shape != nullptr) {
      length = entry.shape->legs().back().to;
    }
    if (length == Duration{}) lengths_known_ = false;
    end = std::max(end, entry.at + length);
  }
  scenario_.load_ends = end;
}

void Checks::windows() {
  for (std::size_t i = 0; i < scenario_.faults.size(); ++i) {
    if (scenario_.faults[i].fault != nullptr) fault(i);
  }
  if (!lengths_known_ || scenario_.warm_up < scenario_.load_ends) return;
  add("warm_up", "the load has ended by then, at " + text_of(scenario_.load_ends),
      "Warm-up must leave something to judge.");
}

void Checks::fault(std::size_t index) {
  const faults::FaultSpec& spec = scenario_.faults[index].fault->spec();
  const Duration end = scenario_.load_ends;
  if (lengths_known_ && spec.at >= end) {
    add(at("faults", index, "at"), "the load has ended by then, at " + text_of(end),
        "Faults strike while the load runs.");
  } else if (lengths_known_ && spec.lasts > Duration{} && spec.at + spec.lasts > end) {
    add(at("faults", index, "for"),
        "the fault ends at " + text_of(spec.at + spec.lasts) + ", after the load, which ends at " +
            text_of(end),
        "Leave out `for` to let it last until then.");
  }
  if (spec.at < scenario_.warm_up) {
    add(at("faults", index, "at"),
        "the fault begins before warm-up ends, at " + text_of(scenario_.warm_up));
  }
  const std::vector<std::string> names = load_names();
  const bool spike = scenario_.faults[index].name == "load_spike" && !spec.target.empty();
  if (spike && std::find(names.begin(), names.end(), spec.target) == names.end()) {
    add(at("faults", index, "load"), "no load is called " + in_quotes(spec.target),
        nearest_hint(spec.target, names, "loads"));
  }
}

void Checks::thresholds() {
  const std::vector<ThresholdText>& all = scenario_.expect.thresholds;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].expr.empty()) continue;  // said to be missing already
    ParsedThreshold parsed = parse_threshold(all[i].expr, places_);
    if (!parsed.value) {
      add(at("expect.thresholds", i, "expr"),
          in_quotes(all[i].expr) + ", at character " + std::to_string(parsed.at + 1) + ": " +
              parsed.what,
          parsed.hint);
      continue;
    }
    foreign(i, *parsed.value->metric);
    if (all[i].window > Duration{}) parsed.value->window = all[i].window;
    parsed.value->abort = all[i].abort;
    scenario_.thresholds.push_back(std::move(*parsed.value));
  }
}

/// A metric that this kind of platform never observes.
void Checks::foreign(std::size_t index, const MetricInfo& metric) {
  const std::string name = metric.name;
  const bool common = metric.labels == LabelSet::call || name.starts_with("retries.") ||
                      name.starts_with("breaker.");
  if (common || placed(metric.labels) == places_.network()) return;
  add(at("expect.thresholds", index, "expr"),
      in_quotes(name) + " means nothing with the blueprint " + scenario_.system.name(),
      places_.network() ? "A queueing network has client.* and station.*."
                        : "Only a queueing network has client.* and station.*.");
}

void Checks::known_invariants(const char* path, const std::vector<std::string>& names) {
  std::vector<std::string> known;
  for (const InvariantType& type : invariant_types()) known.emplace_back(type.name);
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (find_invariant(names[i]) != nullptr) continue;
    add(std::string(path) + '.' + std::to_string(i),
        "no invariant is called " + in_quotes(names[i]),
        nearest_hint(names[i], known, "invariants"));
  }
}

/// What must break is judged under one of three kinds of names.
void Checks::violates(std::size_t index) {
  const std::string& name = scenario_.expect.violates[index];
  const std::vector<std::string>& judged = scenario_.expect.invariants;
  const std::string path = "expect.violates." + std::to_string(index);
  if (name == recovery_name) return;
  std::vector<std::string> known;
  for (const ThresholdText& threshold : scenario_.expect.thresholds) {
    if (without_spaces(threshold.expr) == without_spaces(name)) return;
    known.push_back(threshold.expr);
  }
  if (find_invariant(name) == nullptr) {
    for (const InvariantType& type : invariant_types()) known.emplace_back(type.name);
    known.emplace_back(recovery_name);
    return add(path, "no invariant or threshold is called " + in_quotes(name),
               nearest_hint(name, known, "names"));
  }
  if (std::find(judged.begin(), judged.end(), name) != judged.end()) return;
  add(path, in_quotes(name) + " is not among expect.invariants, so it is not judged");
}

void Checks::invariants() {
  const Setting* named = find_setting(scenario_.settings, "expect.invariants");
  if (places_.network() && named != nullptr && named->origin != "default") {
    add("expect.invariants", "invariants are about a pipeline, not a queueing network",
        "Little's law is checked in every run.");
  }
  known_invariants("expect.invariants", scenario_.expect.invariants);
  for (std::size_t i = 0; i < scenario_.expect.violates.size(); ++i) violates(i);
}

void Checks::probes() {
  const std::vector<std::string>& names = scenario_.expect.sometimes;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string path = "expect.sometimes." + std::to_string(i);
    const auto before = names.begin() + static_cast<std::ptrdiff_t>(i);
    if (!event_kind_named(names[i])) {
      std::vector<std::string> known;
      for (int k = 0; k < event_kind_count(); ++k) {
        known.emplace_back(name_of(static_cast<EventKind>(k)));
      }
      const std::optional<std::string> meant = nearest(names[i], known);
      add(path, "no event is called " + in_quotes(names[i]),
          meant ? "Did you mean " + in_quotes(*meant) + "?" : "See wavetank list events.");
    } else if (std::find(names.begin(), before, names[i]) != before) {
      add(path, in_quotes(names[i]) + " stands here twice");
    }
  }
}

void Checks::breaks() {
  for (std::size_t i = 0; i < scenario_.breaks.size(); ++i) {
    const std::string& argument = scenario_.breaks[i];
    if (argument.find('=') != std::string::npos && argument.front() != '=') continue;
    add("breaks." + std::to_string(i), in_quotes(argument) + " is not path=value",
        "Write what --set takes, such as \"system.protections=none\".");
  }
}

void Checks::swarm() {
  check_swarm(scenario_.swarm, scenario_.settings,
              [this](const std::string& path, std::string what, std::string hint) {
                add(path, std::move(what), std::move(hint));
              });
}

}  // namespace

void check_scenario(Scenario& scenario, const Node& root, Problems& problems) {
  Checks checks(scenario, root, problems);
  checks.loads();
  checks.traces();
  checks.windows();
  checks.thresholds();
  checks.invariants();
  checks.probes();
  checks.breaks();
  checks.swarm();
}

}  // namespace wavetank::engine
