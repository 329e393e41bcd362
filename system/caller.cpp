#include "system/caller.h"

#include <utility>

namespace wavetank::service {
namespace {

VisitArgs args_of(std::uint32_t station, std::uint32_t nth, const CallInfo& info) {
  VisitArgs args;
  args.station = station;
  args.nth = nth;
  args.key = info.entity.value;
  return args;
}

}  // namespace

std::uint64_t turn_of(const CallInfo& info, std::uint32_t nth) {
  return info.attempt | (std::uint64_t{nth} << 32);
}

Caller::Caller(World& world, Topology& topology, Node& node, TaskGroup& group)
    : world_(world), topology_(topology), node_(node), group_(group) {}

SingleFlight& Caller::flights(std::uint32_t station) {
  return flights_.try_emplace(station, world_.loop()).first->second;
}

CallAwaiter<verb::Visit> Caller::visit_at(NodeId replica, std::uint32_t station, std::uint32_t nth,
                                          const CallInfo& info) {
  return world_.station().visit(node_, replica, args_of(station, nth, info), info);
}

Task<Result<Done>> Caller::visit(std::uint32_t station, std::uint32_t nth, CallInfo info) {
  if (place(station).settings->cache.used()) {
    co_return co_await through_cache(station, nth, info);
  }
  Dispatch dispatch(place(station).balancer, info.subject, turn_of(info, nth));
  auto reply = co_await visit_at(dispatch.node(), station, nth, info);
  if (reply.ok()) co_return Done();
  co_return reply.failure();
}

Task<Result<Done>> Caller::through_cache(std::uint32_t station, std::uint32_t nth, CallInfo info) {
  const CacheUse& use = place(station).settings->cache;
  const std::uint32_t backend = place(station).backend;
  Dispatch dispatch(place(station).balancer, info.subject, turn_of(info, nth));
  const NodeId cache = dispatch.node();
  VisitArgs args = args_of(station, nth, info);
  auto found = co_await world_.station().look_up(node_, cache, args, info);
  const bool through = use.pattern == CachePattern::read_through;
  if (found.ok() && (found->hit || through)) co_return Done();
  // Where a look-aside cache is away its client still knows the way.
  const bool late = !found.ok() && found.failure() == Failure::timeout;
  if (!found.ok() && (through || late)) co_return found.failure();
  if (use.single_flight) co_return co_await shared_load(cache, args, info);
  auto loaded = co_await visit(backend, nth, info);
  if (!loaded.ok()) co_return loaded.failure();
  auto filled = co_await world_.station().fill(node_, cache, args, info);
  static_cast<void>(filled);
  co_return Done();
}

Task<Result<Done>> Caller::shared_load(NodeId cache, VisitArgs args, CallInfo info) {
  SingleFlight& flying = flights(args.station);
  auto flight = flying.find(args.key);
  if (flight == nullptr) {
    flight = flying.begin(args.key);
    group_.start(load(cache, args, info));
  }
  if (!flight->done) {
    const Time until = info.deadline;
    auto landed = co_await flight->landed.wait_until(until);
    if (!landed) co_return Failure::timeout;
  }
  if (flight->value.ok()) co_return Done();
  co_return flight->value.failure();
}

// A load outlives whoever began it, as long as it may be of use to somebody.
Task<void> Caller::load(NodeId cache, VisitArgs args, CallInfo info) {
  SingleFlight& flying = flights(args.station);
  auto flight = flying.find(args.key);
  const CacheUse& use = place(args.station).settings->cache;
  const Time now = world_.loop().now();
  info.deadline = use.timeout > Duration{} ? now + use.timeout : time_max;
  const std::uint32_t backend = place(args.station).backend;
  auto loaded = co_await visit(backend, args.nth, info);
  Result<CacheValue> value = Failure::unavailable;
  if (loaded.ok()) {
    value = CacheValue();
    const bool wanted = flight->landed.awaited() || use.pattern == CachePattern::read_through;
    if (wanted) {
      auto filled = co_await world_.station().fill(node_, cache, args, info);
      static_cast<void>(filled);
    }
  } else {
    value = loaded.failure();
  }
  flying.end(args.key, *flight, value);
}

Task<Result<Done>> Caller::read_through(VisitArgs args, CallInfo info) {
  const CacheUse& use = place(args.station).settings->cache;
  const NodeId cache = node_.id();
  const Time now = world_.loop().now();
  info.deadline = use.timeout > Duration{} ? now + use.timeout : time_max;
  if (use.single_flight) co_return co_await shared_load(cache, args, info);
  const std::uint32_t backend = place(args.station).backend;
  auto loaded = co_await visit(backend, args.nth, info);
  if (!loaded.ok()) co_return loaded.failure();
  auto filled = co_await world_.station().fill(node_, cache, args, info);
  static_cast<void>(filled);
  co_return Done();
}

}  // namespace wavetank::service
