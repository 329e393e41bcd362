#pragma once
// What every simulated port stands on.

#include "sim/kernel/simulation.h"
#include "system/ports/hosts.h"
#include "sim/world/machine.h"
#include "sim/world/network.h"
#include "sim/world/settings.h"

namespace wavetank::sim {

struct Env {
  Simulation& simulation;
  const WorldSettings& settings;
  Hosts& hosts;
  Network& network;
  Machine& machine;

  Loop& loop() const { return simulation.loop(); }
  Time now() const { return simulation.loop().now(); }
  TaskGroup& root() const { return simulation.root(); }
  History& history() const { return simulation.history(); }
  Gate& gate() const { return simulation.gate(); }
  std::uint64_t seed() const { return simulation.seed(); }

  /// A service time drawn for the call, on the server as fast as it is now.
  /// None where a machine knows what such calls cost: see spend().
  Duration service(const Sampler& law, const Call& call, Purpose purpose) const {
    if (machine.covers(call.op)) return {};
    const std::uint64_t entity = call.info.subject ^ (static_cast<std::uint64_t>(call.op) << 56);
    const Duration d = law.duration(Entropy{seed(), purpose, entity, call.info.attempt});
    const double slowness = hosts.slowness(call.server);
    if (slowness == 1) return d;
    return {static_cast<std::int64_t>(static_cast<double>(d.ns) * slowness)};
  }
  /// What the call costs on the machine that all share, at a server that is as fast as it is now;
  /// nothing, and no event, where there is none.
  Machine::Spend spend(const Call& call, NodeId server) const {
    return machine.spend(call, hosts.slowness(server));
  }
};

}  // namespace wavetank::sim
