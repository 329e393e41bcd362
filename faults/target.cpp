#include "faults/target.h"

#include <algorithm>
#include <charconv>

namespace wavetank::faults {
namespace {

// The groups that blueprints and worlds use; known_targets keeps those that the world has.
constexpr const char* groups[] = {"client",  "api",       "outbox",     "launcher", "drivers",
                                  "workers", "callbacks", "reconciler", "database", "queue",
                                  "cache",   "objects",   "compute"};

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t corner = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = corner + (a[i - 1] == b[j - 1] ? 0 : 1);
      corner = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, change});
    }
  }
  return row[b.size()];
}

Obstacle unknown(std::string_view text, const World& world) {
  const std::vector<std::string> known = known_targets(world);
  const auto closer = [text](const std::string& a, const std::string& b) {
    return distance(text, a) < distance(text, b);
  };
  Obstacle obstacle{"unknown target \"" + std::string(text) + "\"", ""};
  const std::string_view group = text.substr(0, text.find('/'));
  const auto nodes = group.size() < text.size() ? world.nodes(group) : std::vector<NodeId>();
  if (!nodes.empty()) {
    obstacle.hint = "There are " + std::to_string(nodes.size()) + ", from " +
                    world.name(nodes.front()) + " to " + world.name(nodes.back()) + ".";
    return obstacle;
  }
  const auto best = std::min_element(known.begin(), known.end(), closer);
  if (best != known.end() && distance(text, *best) <= 1 + text.size() / 4) {
    obstacle.hint = "Did you mean \"" + *best + "\"?";
    return obstacle;
  }
  std::string names;
  for (const std::string& name : known) {
    if (name.find('.') == std::string::npos) names += " " + name;
  }
  obstacle.hint = "Known are" + names + ", one node such as api/0, and verbs such as " +
                  name_of(Op::objects_put) + ".";
  return obstacle;
}

/// Calls to stations, which are always meant by their place.
constexpr OpMask visits =
    mask_of(Op::station_visit) | mask_of(Op::cache_lookup) | mask_of(Op::cache_fill);

bool has(const std::vector<NodeId>& sorted, NodeId node) {
  return std::binary_search(sorted.begin(), sorted.end(), node);
}

}  // namespace

OpMask Target::ops() const {
  if (right_.ops == 0) return all_ops;
  return right_.nodes.empty() ? right_.ops : right_.ops | visits;
}

NodeId place_of(const Call& call) {
  if (call.op != Op::compute_attempt) return call.server;
  const NodeId node = static_cast<const CallOf<verb::RunAttempt>&>(call).args.slot.node;
  return node.valid() ? node : call.server;
}

bool goes_to(const Call& call, const std::vector<NodeId>& nodes) {
  const NodeId place = place_of(call);
  return place != call.caller->id() && has(nodes, place);
}

bool Target::Side::calls(const Call& call) const { return any || has(nodes, call.caller->id()); }

bool Target::Side::serves(const Call& call) const {
  if (any) return true;
  if (ops == 0 || (visits & mask_of(call.op) & ~ops) != 0) return goes_to(call, nodes);
  return (ops & mask_of(call.op)) != 0 && (partition < 0 || partition == call.partition);
}

bool Target::matches(const Call& call) const {
  return (!two_sided_ || left_.calls(call)) && right_.serves(call);
}

bool Target::crosses(const Call& call) const {
  if (place_of(call) == call.caller->id()) return false;
  if (!two_sided_) return right_.calls(call) != right_.serves(call);
  const bool forth = left_.calls(call) && right_.serves(call);
  return forth || (right_.calls(call) && left_.serves(call));
}

Target Target::compile(std::string_view text, const World& world,
                       std::vector<Obstacle>& obstacles) {
  Target target;
  const std::size_t arrow = text.find("->");
  if (arrow == std::string_view::npos) {
    target.right_ = side(text, world, obstacles);
    return target;
  }
  target.two_sided_ = true;
  const std::string_view caller = text.substr(0, arrow);
  target.left_ = side(caller, world, obstacles);
  target.right_ = side(text.substr(arrow + 2), world, obstacles);
  if (target.left_.ops != 0 && target.left_.nodes.empty()) {
    obstacles.push_back({"\"" + std::string(caller) + "\" names no node, so it calls nobody", ""});
  }
  return target;
}

Target::Side Target::side(std::string_view text, const World& world,
                          std::vector<Obstacle>& obstacles) {
  Side side;
  if (text == "*") {
    side.any = true;
    return side;
  }
  constexpr std::string_view topic = "topic/";
  if (text.starts_with(topic)) {
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + topic.size(), end, side.partition);
    if (error == std::errc() && stop == end && side.partition >= 0) {
      side.ops = mask_of(Op::queue_publish);
      return side;
    }
    obstacles.push_back(unknown(text, world));
    return Side();
  }
  side.ops = ops_named(text);
  side.nodes = world.nodes(text);
  std::sort(side.nodes.begin(), side.nodes.end());
  if (side.ops == 0 && side.nodes.empty()) obstacles.push_back(unknown(text, world));
  return side;
}

std::vector<std::string> known_targets(const World& world) {
  std::vector<std::string> names;
  for (const char* group : groups) {
    if (!world.nodes(group).empty()) names.emplace_back(group);
  }
  for (int i = 0; i < op_count(); ++i) {
    const std::string service = name_of(service_of(static_cast<Op>(i)));
    if (std::find(names.begin(), names.end(), service) == names.end()) names.push_back(service);
  }
  for (int i = 0; i < op_count(); ++i) names.emplace_back(name_of(static_cast<Op>(i)));
  return names;
}

}  // namespace wavetank::faults
