#include "faults/node_fault.h"

#include <algorithm>
#include <string_view>

namespace wavetank::faults {

void NodeFault::describe(Fields& f) {
  Fault::describe(f);
  f.field("target", spec_.target, {.help = "A node such as workers/3, or a group of nodes."});
  f.field("ratio", spec_.ratio, {.help = "The share of those nodes that it strikes.", .max = 1});
}

bool NodeFault::clashes(const Fault& other) const {
  if (std::string_view(name()) != other.name()) return false;
  const auto& nodes = static_cast<const NodeFault&>(other).nodes_;
  return std::any_of(nodes.begin(), nodes.end(), [this](NodeId node) { return has(node); });
}

std::vector<Obstacle> NodeFault::aim(const World& world) {
  std::vector<Obstacle> obstacles;
  const Target target = Target::compile(spec_.target, world, obstacles);
  nodes_.clear();
  if (!obstacles.empty()) return obstacles;
  if (target.two_sided() || target.nodes().empty()) {
    obstacles.push_back({"\"" + spec_.target + "\" names no node",
                         std::string(name()) + " strikes nodes, such as workers/0 or api."});
    return obstacles;
  }
  for (const NodeId node : target.nodes()) {
    if (takes(draw(seed(), purpose(), node.value))) nodes_.push_back(node);
  }
  return obstacles;
}

OpMask NodeFault::ops() const { return ~(ops_named("dataset") | mask_of(Op::station_serve)); }

void NodeFault::begin(World& world) {
  for (const NodeId node : nodes_) {
    strike(world.controls(), node);
    ++tally_.fired;
  }
}

void NodeFault::end(World& world) {
  for (const NodeId node : nodes_) heal(world.controls(), node);
}

Verdict NodeFault::ask(const Call& call, Moment moment) {
  const bool under_way = call.sent < window().from;
  const bool first_seen = moment == Moment::before_request || under_way;
  const bool to_them = first_seen && goes_to(call, nodes_);
  // Theirs are heard of when they end: the answer comes late, or finds nobody.
  const bool from_them =
      moment == Moment::before_reply && under_way && has(call.caller->id());
  if (!call.repeated && (to_them || from_them)) ++tally_.touched;
  return Verdict::pass();
}

bool NodeFault::has(NodeId node) const {
  return std::binary_search(nodes_.begin(), nodes_.end(), node);
}

}  // namespace wavetank::faults
