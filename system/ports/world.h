#pragma once
// World: what a blueprint wires services from. Two worlds exist: a model and the live one.

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "system/ports/cache.h"
#include "system/ports/compute.h"
#include "system/ports/controls.h"
#include "system/ports/database.h"
#include "system/ports/dataset.h"
#include "system/ports/gate.h"
#include "system/ports/history.h"
#include "system/ports/http.h"
#include "system/ports/object_store.h"
#include "system/ports/queue.h"
#include "system/ports/resources.h"
#include "system/ports/station.h"

namespace wavetank {

/// A process's memory. Its destructor only frees: no port call, draw or post.
class Hosted {
 public:
  virtual ~Hosted() = default;
};

/// Builds what runs on a node, at its start and again after each restart. Tasks go into `group`,
/// which dies with the node.
using Boot = std::function<std::unique_ptr<Hosted>(Node& node, TaskGroup& group)>;

class World {
 public:
  virtual ~World() = default;

  virtual std::uint64_t seed() const = 0;
  virtual Loop& loop() = 0;
  virtual Gate& gate() = 0;
  virtual History& history() = 0;
  virtual Controls& controls() = 0;

  virtual Http& http() = 0;
  virtual Database& database() = 0;
  virtual Queue& queue() = 0;
  virtual Cache& cache() = 0;
  virtual ObjectStore& objects() = 0;
  virtual Compute& compute() = 0;
  virtual Dataset& dataset() = 0;
  virtual Station& station() = 0;

  /// Adds a node, such as "api/0", and boots it when the run starts.
  virtual Node& host(const std::string& name, Boot boot) = 0;
  /// The nodes that a target names: "api/0" is one, "api" all of them; empty if there is none.
  virtual std::vector<NodeId> nodes(std::string_view target) const = 0;
  virtual const std::string& name(NodeId node) const = 0;
  /// Where the load stands.
  virtual Node& client() = 0;
  /// What it tells of its resources; null where it cannot tell.
  virtual ResourceProbe* resources() { return nullptr; }
};

}  // namespace wavetank
