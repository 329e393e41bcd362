#pragma once
// The nodes of a world: their names, what runs on them, their deaths and rebirths.
//
// A crash is an event of its own: the node's tasks are destroyed in the order in which they were
// spawned, then its memory, then everyone who subscribed takes back what the node held.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "system/base/task_group.h"
#include "system/ports/world.h"

namespace wavetank {

class Hosts {
 public:
  explicit Hosts(Loop& loop);

  /// A node without services of its own: a server that the world plays.
  Node& add(const std::string& name);
  Node& host(const std::string& name, Boot boot);
  /// Boots every node that has not been booted.
  void boot_all();

  /// From now on `name` means these nodes and no others.
  void claim(const std::string& name, std::vector<NodeId> nodes) {
    groups_[name] = std::move(nodes);
  }

  bool up(NodeId node) const { return places_[node.value]->up; }
  Node& node(NodeId node) const { return places_[node.value]->node; }
  TaskGroup& group(NodeId node) const { return places_[node.value]->group; }
  std::vector<NodeId> named(std::string_view target) const;
  std::size_t size() const { return places_.size(); }
  /// How many times slower than usual the node is.
  double slowness(NodeId node) const { return places_[node.value]->slowness; }
  void slow(NodeId node, double factor) { places_[node.value]->slowness = factor; }

  void pause(NodeId node);
  void resume(NodeId node);
  /// How long the node has stood still so far, for work that must not go on meanwhile.
  Duration stood_still(NodeId node) const {
    const Place& place = *places_[node.value];
    return place.node.paused() ? place.stood_still + (loop_.now() - place.paused_at)
                               : place.stood_still;
  }

  /// Ends all tasks of all nodes; for the end of a run.
  void stop();

  void crash(NodeId node);
  void restart(NodeId node);

  /// Told when a node has died or come back, in the order of subscription.
  void on_crash(std::function<void(NodeId)> told) { crashed_.push_back(std::move(told)); }
  void on_restart(std::function<void(NodeId)> told) { restarted_.push_back(std::move(told)); }

 private:
  struct Place {
    Place(Loop& loop, NodeId id, const std::string& name)
        : node(loop, id, name), group(loop, node) {}
    Node node;
    Boot boot;
    std::unique_ptr<Hosted> hosted;
    TaskGroup group;  // dies before what it uses
    bool up = true;
    bool booted = false;
    double slowness = 1;
    Time paused_at{};
    Duration stood_still{};
  };

  void boot(Place& place);

  Loop& loop_;
  std::vector<std::unique_ptr<Place>> places_;
  std::map<std::string, std::vector<NodeId>, std::less<>> groups_;
  std::vector<std::function<void(NodeId)>> crashed_;
  std::vector<std::function<void(NodeId)>> restarted_;
};

}  // namespace wavetank
