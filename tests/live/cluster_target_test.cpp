// What tests/cluster/target.sh writes, against the code that it is written for.

#include <set>

#include "sim/world/sim_world.h"
#include "system/blueprints/pipeline.h"
#include "tests/live/fixture.h"

namespace wavetank::live {

TEST_CASE("live: the cluster's processes are the nodes that the pipeline hosts") {
  const Target* target = cluster();
  if (target == nullptr) return;
  std::set<std::string> listed;
  std::set<std::string> addresses;
  std::size_t endpoints = 0;
  for (const ProcessTarget& one : target->processes) {
    if (!one.name.starts_with("workers/")) listed.insert(one.name);
    for (const std::string& address : {one.listen, one.control}) {
      if (address.empty()) continue;
      addresses.insert(address);
      ++endpoints;
    }
  }
  CHECK(addresses.size() == endpoints);
  CHECK(target->process("workers/0") != nullptr);

  sim::WorldSettings settings;
  sim::SimWorld world(settings, 1);
  service::Pipeline pipeline;
  pipeline.wire(world);
  std::set<std::string> hosted;
  for (const char* role : {"api", "callbacks", "outbox", "launcher", "drivers", "reconciler"}) {
    for (const NodeId node : world.nodes(role)) hosted.insert(world.name(node));
  }
  CHECK(listed == hosted);
}

}  // namespace wavetank::live
