#include "scenarios/engine/metrics/metric_registry.h"

#include <algorithm>
#include <charconv>

namespace wavetank::engine {
namespace {

constexpr const char* phase_names[] = {"warm_up", "chaos", "settle"};
constexpr const char* priority_names[] = {"P0", "P1", "P2"};
constexpr const char* route_names[] = {"submit", "status", "output"};

/// The enumerator whose name is `text`, where `names` are in the order of the enumerators.
template <class E, std::size_t N>
std::optional<E> find_in(const char* const (&names)[N], std::string_view text) {
  for (std::size_t i = 0; i < N; ++i) {
    if (text == names[i]) return static_cast<E>(i);
  }
  return std::nullopt;
}

std::optional<Op> find_op(std::string_view text) {
  for (int i = 0; i < op_count(); ++i) {
    const auto op = static_cast<Op>(i);
    if (text == name_of(op)) return op;
  }
  return std::nullopt;
}

std::optional<std::uint8_t> find_action(std::string_view text) {
  std::uint8_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

template <std::size_t N>
std::vector<std::string> list(const char* const (&names)[N]) {
  return {names, names + N};
}

}  // namespace

const MetricInfo* find_metric(std::string_view name) {
  for (const MetricInfo& info : metric_table) {
    if (name == info.name) return &info;
  }
  return nullptr;
}

std::vector<std::string> metric_names() {
  std::vector<std::string> names;
  for (const MetricInfo& info : metric_table) names.emplace_back(info.name);
  return names;
}

const char* name_of(MetricUnit unit) {
  static constexpr const char* names[] = {"s", "bytes", "1", "1", "ratio"};
  return names[static_cast<int>(unit)];
}

const char* name_of(MetricKind kind) {
  static constexpr const char* names[] = {"histogram", "counter", "gauge", "ratio"};
  return names[static_cast<int>(kind)];
}

const char* name_of(RunPhase phase) {
  return phase_names[static_cast<int>(phase)];
}

double in_unit(MetricUnit unit, double raw) {
  switch (unit) {
    case MetricUnit::seconds: return raw / 1e9;
    case MetricUnit::multiple: return raw / 1e3;
    case MetricUnit::share: return raw / 1e6;
    case MetricUnit::bytes:
    case MetricUnit::number: break;
  }
  return raw;
}

std::vector<std::string> label_names(LabelSet set) {
  switch (set) {
    case LabelSet::world: return {"phase"};
    case LabelSet::ticket: return {"priority", "action", "phase"};
    case LabelSet::request: return {"priority", "action", "phase", "route"};
    case LabelSet::station: return {"station", "phase"};
    case LabelSet::client: return {"client", "phase"};
    case LabelSet::call: break;
  }
  return {"op"};
}

std::vector<std::string> label_values(std::string_view label, const PlaceNames& places) {
  if (label == "station") return places.stations;
  if (label == "client") return places.clients;
  if (label == "phase") return list(phase_names);
  if (label == "priority") return list(priority_names);
  if (label == "route") return list(route_names);
  std::vector<std::string> values;
  if (label != "op") return values;
  for (int i = 0; i < op_count(); ++i) values.emplace_back(name_of(static_cast<Op>(i)));
  return values;
}

bool set_label(LabelFilter& filter, std::string_view label, std::string_view value,
               const PlaceNames& places) {
  if (label == "station" || label == "client") {
    const std::vector<std::string> names = label_values(label, places);
    const auto found = std::find(names.begin(), names.end(), value);
    if (found == names.end()) return false;
    filter.place = static_cast<std::uint16_t>(found - names.begin());
    filter.place_name = *found;
    return true;
  }
  if (label == "phase") {
    filter.phase = find_in<RunPhase>(phase_names, value);
    return filter.phase.has_value();
  }
  if (label == "priority") {
    filter.priority = find_in<Priority>(priority_names, value);
    return filter.priority.has_value();
  }
  if (label == "route") {
    filter.route = find_in<Route>(route_names, value);
    return filter.route.has_value();
  }
  if (label == "op") {
    filter.op = find_op(value);
    return filter.op.has_value();
  }
  filter.action = label == "action" ? find_action(value) : std::nullopt;
  return filter.action.has_value();
}

std::string text_of(const LabelFilter& filter, LabelSet set) {
  std::string out;
  const auto add = [&out](const char* label, const std::string& value) {
    out += (out.empty() ? "{" : ", ") + std::string(label) + '=' + value;
  };
  if (filter.place) add(set == LabelSet::station ? "station" : "client", filter.place_name);
  if (filter.priority) add("priority", priority_names[static_cast<int>(*filter.priority)]);
  if (filter.action) add("action", std::to_string(*filter.action));
  if (filter.phase) add("phase", name_of(*filter.phase));
  if (filter.route) add("route", route_names[static_cast<int>(*filter.route)]);
  if (filter.op) add("op", name_of(*filter.op));
  return out.empty() ? out : out + '}';
}

}  // namespace wavetank::engine
