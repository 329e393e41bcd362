#pragma once
// Target: where a fault strikes, as a scenario writes it, compiled against a world.
//
//   workers/3        one node            workers          every node of a group
//   objects.put      one verb            database         every verb of a service
//   topic/3          messages published to partition 3 of any topic
//   api->database    calls from the nodes on the left to what the right names
//   api->*  *->api   any server, any caller
//
// A name that is both a service and a group, such as callbacks, means the verbs where calls go to
// it and the nodes where they come from it or where nodes are meant. A task attempt counts as a
// call to the node it runs on. A call that stays on its node, such as a task's disk access, is
// matched by its verb or service only, never by the node.

#include <string>
#include <string_view>
#include <vector>

#include "faults/fault.h"
#include "system/ports/world.h"

namespace wavetank::faults {

/// Where a call is served: its server, or for a task attempt the node of its slot.
NodeId place_of(const Call& call);
/// Whether `call` leaves its caller's node for one of `nodes`, which are sorted.
bool goes_to(const Call& call, const std::vector<NodeId>& nodes);

class Target {
 public:
  Target() = default;

  /// Adds an obstacle for each side it cannot resolve; the hint has the nearest known name, or all
  /// of them where none is near.
  static Target compile(std::string_view text, const World& world,
                        std::vector<Obstacle>& obstacles);

  /// Whether `call` goes to the target.
  bool matches(const Call& call) const;
  /// Whether `call` goes either way between the two sides, or into or out of a lone one.
  bool crosses(const Call& call) const;
  /// The verbs that it can match.
  OpMask ops() const;
  /// The nodes of a target without an arrow, sorted; empty where it names no node.
  const std::vector<NodeId>& nodes() const { return right_.nodes; }
  bool two_sided() const { return two_sided_; }

 private:
  struct Side {
    bool any = false;
    OpMask ops = 0;               ///< 0 where it names nodes only
    std::int64_t partition = -1;  ///< of a topic, or any
    std::vector<NodeId> nodes;

    bool calls(const Call& call) const;
    bool serves(const Call& call) const;
  };
  static Side side(std::string_view text, const World& world, std::vector<Obstacle>& obstacles);

  bool two_sided_ = false;
  Side left_;
  Side right_;
};

/// What a target may name in `world`: its groups of nodes, the services, their verbs.
std::vector<std::string> known_targets(const World& world);

}  // namespace wavetank::faults
