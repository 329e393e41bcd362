#include "scenarios/engine/explain/variants.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "scenarios/engine/shrink/parts.h"
#include "scenarios/engine/text/layers.h"
#include "scenarios/engine/text/quantity.h"

namespace wavetank::engine {
namespace {

using Role = Counterfactual::Role;

struct Knob {
  std::string_view path;
  double factor;      ///< 0: it is replaced
  const char* value;
  Role role;
};

constexpr Knob knobs[] = {
#define KNOB(path, factor, role) {path, factor, "", Role::role},
#define SWITCH(path, value, role) {path, 0, value, Role::role},
#include "scenarios/engine/explain/knobs.def"
#undef KNOB
#undef SWITCH
};

/// Whether the path is one that the pattern stands for.
bool matches(std::string_view pattern, std::string_view path) {
  while (!pattern.empty() && !path.empty()) {
    const std::string_view wanted = pattern.substr(0, pattern.find('.'));
    const std::string_view step = path.substr(0, path.find('.'));
    if (wanted != "*" && wanted != step) return false;
    pattern.remove_prefix(std::min(pattern.size(), wanted.size() + 1));
    path.remove_prefix(std::min(path.size(), step.size() + 1));
  }
  return pattern.empty() && path.empty();
}

constexpr std::string_view platform = "system.";

/// "callbacks.idempotent=false"
std::string short_form(std::string_view path, const std::string& value) {
  path.remove_prefix(platform.size());
  return std::string(path) + '=' + value;
}

std::optional<Counterfactual> with(const Node& asked, Role role, const std::string& path,
                                   const std::string& value) {
  Counterfactual out{role, short_form(path, value), path + '=' + value, asked};
  Problems problems;
  set_path(out.scenario, out.set, problems);
  return problems.empty() ? std::optional(std::move(out)) : std::nullopt;
}

template <class T, class Raw>
std::optional<std::string> times(const Parsed<T>& parsed, double factor, Raw T::*raw) {
  if (!parsed.value) return std::nullopt;
  T value = *parsed.value;
  value.*raw = static_cast<Raw>(static_cast<double>(value.*raw) * factor);
  return text_of(value);
}

std::optional<std::string> turned(const Setting& setting, double factor) {
  if (const auto count = parse_count(setting.value).value) {
    const auto turned = static_cast<std::int64_t>(static_cast<double>(*count) * factor);
    return text_of(turned);
  }
  auto text = times(parse_duration(setting.value), factor, &Duration::ns);
  if (!text) text = times(parse_bytes(setting.value), factor, &Bytes::count);
  if (!text) text = times(parse_bandwidth(setting.value), factor, &Bandwidth::bytes_per_s);
  return text;
}

std::string text_in(const Node& fault, const char* key) {
  const Node* node = fault.find(key);
  return node != nullptr ? node->text : "";
}

/// Its name, else its kind, with its beginning where that is said of another one, too.
std::string name_of_fault(const Node& root, const std::string& path) {
  const auto plain = [&root](const std::string& at) {
    const Node& fault = *find_path(root, at);
    const std::string name = text_in(fault, "name");
    return name.empty() ? text_in(fault, "fault") : name;
  };
  const std::string name = plain(path);
  const Paths all = entries_of(root, "faults");
  const auto alike = std::count_if(all.begin(), all.end(),
                                   [&](const std::string& one) { return plain(one) == name; });
  return alike == 1 ? name : name + " at " + text_in(*find_path(root, path), "at");
}

}  // namespace

const char* name_of(Counterfactual::Role role) {
  static constexpr const char* names[] = {"fault", "change", "protection", "setting", "capacity"};
  return names[static_cast<std::size_t>(role)];
}

Node as_asked(Node scenario) {
  Node* expect = scenario.find("expect");
  if (expect == nullptr || expect->kind != Node::Kind::object) return scenario;
  std::erase_if(expect->members, [](const Member& member) {
    const bool stuck = member.key == "recovery" && member.value.text == "stuck";
    return member.key == "violates" || stuck;
  });
  if (Node* recovery = expect->find("recovery")) {
    std::erase_if(recovery->members, [](const Member& m) { return m.key == "expected"; });
  }
  return scenario;
}

std::vector<Counterfactual> taken_away(const Node& asked, const Provenance& settings,
                                       const Provenance& pristine) {
  std::vector<Counterfactual> out;
  Node named = asked;
  name_faults(named);
  for (const std::string& path : entries_of(asked, "faults")) {
    out.push_back({Role::fault, name_of_fault(asked, path), "", without(named, Paths{path})});
  }
  for (const std::string& path : settings_of(asked)) {
    const Setting* now = find_setting(settings, path);
    const Setting* before = find_setting(pristine, path);
    if (!path.starts_with(platform) || now == nullptr || before == nullptr) continue;
    if (now->value == before->value || now->origin.starts_with("include ")) continue;
    out.push_back({Role::change, short_form(path, now->value), path + '=' + now->value,
                   without(asked, Paths{path})});
  }
  return out;
}

std::vector<Counterfactual> put_in(const Node& asked, const Provenance& settings,
                                   const Provenance& pristine, const Provenance& disarmed) {
  std::vector<Counterfactual> out;
  const auto add = [&](Role role, const Setting& now, const std::string& value) {
    if (now.value == value) return;
    if (auto one = with(asked, role, now.path, value)) out.push_back(std::move(*one));
  };
  const Setting* all_of_them = nullptr;
  for (const Setting& on : pristine) {
    const Setting* off = find_setting(disarmed, on.path);
    const Setting* now = find_setting(settings, on.path);
    if (off == nullptr || now == nullptr || off->value == on.value) continue;
    if (on.path == "system.protections") {
      all_of_them = &on;
    } else {
      add(Role::protection, *now, on.value);
    }
  }
  if (all_of_them != nullptr) {
    add(Role::protection, *find_setting(settings, all_of_them->path), all_of_them->value);
  }
  for (const Knob& knob : knobs) {
    for (const Setting& now : settings) {
      if (!matches(knob.path, now.path)) continue;
      const auto value = knob.factor > 0 ? turned(now, knob.factor) : std::string(knob.value);
      if (value) add(knob.role, now, *value);
    }
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const auto& a, const auto& b) { return a.role < b.role; });
  return out;
}

}  // namespace wavetank::engine
