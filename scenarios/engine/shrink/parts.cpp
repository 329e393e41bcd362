#include "scenarios/engine/shrink/parts.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "scenarios/engine/text/quantity.h"

namespace wavetank::engine {
namespace {

std::string below(const std::string& path, std::string_view step) {
  return path.empty() ? std::string(step) : path + '.' + std::string(step);
}

bool among(std::string_view word, std::span<const std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// Every value below `node`; lists of plain values count as one.
void add_leaves(const Node& node, const std::string& path, Paths& out) {
  const bool objects = node.kind == Node::Kind::array && !node.items.empty() &&
                       node.items.front().kind == Node::Kind::object;
  if (node.kind == Node::Kind::object && !node.members.empty()) {
    for (const Member& member : node.members) {
      add_leaves(member.value, below(path, member.key), out);
    }
  } else if (objects) {
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      out.push_back(below(path, std::to_string(i)));
    }
  } else {
    out.push_back(path);
  }
}

/// The leaves of each entry of a list but those under these keys.
void add_details(const Node& root, std::string_view list, std::span<const std::string_view> needed,
                 Paths& out) {
  for (const std::string& entry : entries_of(root, list)) {
    const Node* node = find_path(root, entry);
    for (const Member& member : node->members) {
      if (!among(member.key, needed)) add_leaves(member.value, below(entry, member.key), out);
    }
  }
}

bool is_empty(const Node& node) {
  return (node.kind == Node::Kind::object && node.members.empty()) ||
         (node.kind == Node::Kind::array && node.items.empty());
}

void erase(Node& node, std::string_view path) {
  const std::string_view step = path.substr(0, path.find('.'));
  const bool here = step.size() == path.size();
  const std::string_view rest = here ? "" : path.substr(step.size() + 1);
  if (node.kind == Node::Kind::array) {
    const auto index = static_cast<std::ptrdiff_t>(std::stoul(std::string(step)));
    const auto item = node.items.begin() + index;
    if (!here) erase(*item, rest);
    if (here || is_empty(*item)) node.items.erase(item);
    return;
  }
  const auto member = std::find_if(node.members.begin(), node.members.end(),
                                   [step](const Member& one) { return one.key == step; });
  if (!here) erase(member->value, rest);
  if (here || is_empty(member->value)) node.members.erase(member);
}

/// Two figures, so that what is left can be read.
double rounded(double value) {
  double scale = 1, unit = 1;
  while (value * scale < 10) scale *= 10;
  while (value / unit >= 100) unit *= 10;
  constexpr double slack = 1e-6;  // 5 % of 100 is not 4
  const auto figures = static_cast<double>(static_cast<std::int64_t>(value * scale / unit + slack));
  return figures * unit / scale;
}

constexpr double least = 1e-9;  // smaller values mean nothing

template <class T, class Raw>
std::optional<std::string> divided_as(const Parsed<T>& parsed, double by, Raw T::*raw) {
  if (!parsed.value) return std::nullopt;
  T value = *parsed.value;
  const auto before = static_cast<double>(value.*raw);
  if (!(before / by > least)) return std::nullopt;
  value.*raw = static_cast<Raw>(rounded(before / by));
  const bool smaller = static_cast<double>(value.*raw) < before && value.*raw > Raw{};
  return smaller ? std::optional<std::string>(text_of(value)) : std::nullopt;
}

}  // namespace

Paths entries_of(const Node& root, std::string_view list) {
  Paths out;
  const Node* entries = root.find(list);
  if (entries == nullptr || entries->kind != Node::Kind::array) return out;
  for (std::size_t i = 0; i < entries->items.size(); ++i) {
    if (entries->items[i].kind != Node::Kind::object) continue;
    out.push_back(std::string(list) + '.' + std::to_string(i));
  }
  return out;
}

Paths settings_of(const Node& root) {
  static constexpr std::array<std::string_view, 3> phases{"warm_up", "settle", "steady"};
  Paths out;
  for (const Member& member : root.members) {
    if (among(member.key, phases)) out.push_back(member.key);
    if (member.key != "system") continue;
    for (const Member& one : member.value.members) {
      if (one.key != "blueprint") add_leaves(one.value, below("system", one.key), out);
    }
  }
  return out;
}

Paths details_of(const Node& root) {
  // What a value says is made smaller instead: left out, most of these would be larger.
  static constexpr std::array<std::string_view, 5> of_fault{"fault", "at", "for", "ratio",
                                                            "share"};
  static constexpr std::array<std::string_view, 11> of_load{
      "name", "shape", "rate", "for", "ramp", "spike", "file", "columns", "from", "to", "scale"};
  Paths out;
  for (const Member& member : root.members) {
    if (member.key == "faults") add_details(root, "faults", of_fault, out);
    if (member.key == "load") add_details(root, "load", of_load, out);
  }
  return out;
}

Paths values_of(const Node& root) {
  static constexpr std::array<std::string_view, 4> of_fault{"for", "ratio", "share", "at"};
  static constexpr std::array<std::string_view, 12> of_load{
      "rate", "for",      "ramp.from", "ramp.to",      "spike.at", "spike.for", "spike.factor",
      "to",   "from",     "scale",     "repeat.times", "at"};
  Paths out;
  const auto add = [&](std::string_view list, std::span<const std::string_view> fields) {
    for (const std::string& entry : entries_of(root, list)) {
      for (const std::string_view field : fields) {
        std::string path = below(entry, field);
        if (find_path(root, path) != nullptr) out.push_back(std::move(path));
      }
    }
  };
  add("load", of_load);  // first: a smaller load makes every later run quicker
  add("faults", of_fault);
  return out;
}

Node without(Node root, std::span<const std::string> paths) {
  // From the end, so that places in lists stay what they are until they are met.
  for (auto path = paths.rbegin(); path != paths.rend(); ++path) erase(root, *path);
  return root;
}

void name_faults(Node& root) {
  Node* faults = root.find("faults");
  if (faults == nullptr) return;
  for (std::size_t i = 0; i < faults->items.size(); ++i) {
    Node& fault = faults->items[i];
    if (fault.kind != Node::Kind::object || fault.find("name") != nullptr) continue;
    add_member(fault, "name", text_node(std::to_string(i)));
  }
}

std::optional<Node> divided(const Node& value, double by) {
  if (value.kind == Node::Kind::number) {
    if (!(value.number / by > least)) return std::nullopt;
    const double less = rounded(value.number / by);
    return number_node(text_of(less));
  }
  if (value.kind != Node::Kind::text) return std::nullopt;
  auto text = divided_as(parse_duration(value.text), by, &Duration::ns);
  if (!text) text = divided_as(parse_rate(value.text), by, &Rate::per_s);
  if (!text) text = divided_as(parse_ratio(value.text), by, &Ratio::value);
  return text ? std::optional<Node>(text_node(std::move(*text))) : std::nullopt;
}

}  // namespace wavetank::engine
