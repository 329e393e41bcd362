#pragma once
// StationHost: what runs on a replica of a station beside its servers: the way to the stations that
// it needs. A replica that dies forgets its loads, its retry budget and its breaker.

#include "system/caller.h"
#include "system/dependency.h"

namespace wavetank::service {

class StationHost final : public Hosted {
 public:
  StationHost(World& world, Topology& topology, std::uint32_t station, Node& node,
              TaskGroup& group);

 private:
  Task<Result<Done>> call_on(VisitArgs args, CallInfo info);

  Caller caller_;
  std::uint32_t callee_;
  DependencySettings settings_;
  Dependency dependency_;
};

}  // namespace wavetank::service
