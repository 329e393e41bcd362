#pragma once
// A Caller is a process that visits stations: a client, or a station that needs others. It picks
// replicas, and it reads caches the way they are meant to be read.

#include <map>
#include <memory>
#include <vector>

#include "system/balancer.h"
#include "system/ports/world.h"
#include "system/single_flight.h"
#include "system/station_settings.h"

namespace wavetank::service {

/// The stations of one run, by number.
struct Topology {
  struct Place {
    const StationSettings* settings;
    std::uint32_t backend;  ///< of a cache
    std::uint32_t callee;   ///< whom it calls, if anybody
    Balancer balancer;
  };
  std::vector<Place> places;
};

class Caller {
 public:
  /// `group` runs what it begins beside its requests. All must outlive it.
  Caller(World& world, Topology& topology, Node& node, TaskGroup& group);

  /// A visit to a station; where it is a cache, to what is behind it as well if need be.
  Task<Result<Done>> visit(std::uint32_t station, std::uint32_t nth, CallInfo info);
  /// The visit alone, for a station without a cache: what visit() would do, in one frame less.
  CallAwaiter<verb::Visit> visit_at(NodeId replica, std::uint32_t station, std::uint32_t nth,
                                    const CallInfo& info);

  /// What the replica of a read-through cache does where it missed.
  Task<Result<Done>> read_through(VisitArgs args, CallInfo info);

  Topology::Place& place(std::uint32_t station) { return topology_.places[station]; }
  Node& node() const { return node_; }

 private:
  Task<Result<Done>> through_cache(std::uint32_t station, std::uint32_t nth, CallInfo info);
  Task<Result<Done>> shared_load(NodeId cache, VisitArgs args, CallInfo info);
  Task<void> load(NodeId cache, VisitArgs args, CallInfo info);
  SingleFlight& flights(std::uint32_t station);

  World& world_;
  Topology& topology_;
  Node& node_;
  TaskGroup& group_;
  std::map<std::uint32_t, SingleFlight> flights_;
};

/// Tells apart what one request does more than once: its tries, and its visits to one station.
std::uint64_t turn_of(const CallInfo& info, std::uint32_t nth);

}  // namespace wavetank::service
