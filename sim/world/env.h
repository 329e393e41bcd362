#pragma once
// What every simulated port stands on.

#include "sim/kernel/simulation.h"
#include "system/ports/hosts.h"
#include "sim/world/network.h"
#include "sim/world/settings.h"

namespace wavetank::sim {

struct Env {
  Simulation& simulation;
  const WorldSettings& settings;
  Hosts& hosts;
  Network& network;

  Loop& loop() const { return simulation.loop(); }
  Time now() const { return simulation.loop().now(); }
  TaskGroup& root() const { return simulation.root(); }
  History& history() const { return simulation.history(); }
  Gate& gate() const { return simulation.gate(); }
  std::uint64_t seed() const { return simulation.seed(); }

  /// A service time drawn for the call, on the server as fast as it is now.
  Duration service(const Sampler& law, const Call& call, Purpose purpose) const {
    const std::uint64_t entity = call.info.subject ^ (static_cast<std::uint64_t>(call.op) << 56);
    const Duration d = law.duration(Entropy{seed(), purpose, entity, call.info.attempt});
    const double slowness = hosts.slowness(call.server);
    if (slowness == 1) return d;
    return {static_cast<std::int64_t>(static_cast<double>(d.ns) * slowness)};
  }
};

}  // namespace wavetank::sim
