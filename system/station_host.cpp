#include "system/station_host.h"

namespace wavetank::service {
namespace {

DependencySettings dependency_of(const StationSettings& settings) {
  DependencySettings out = settings.calls.dependency;
  out.timeout = timeout_of(out);
  return out;
}

}  // namespace

StationHost::StationHost(World& world, Topology& topology, std::uint32_t station, Node& node,
                         TaskGroup& group)
    : caller_(world, topology, node, group),
      callee_(topology.places[station].callee),
      settings_(dependency_of(*topology.places[station].settings)),
      dependency_(Service::station, settings_, node, world.history()) {
  const StationSettings& own = *topology.places[station].settings;
  if (own.calls.used()) {
    world.station().handle(
        node, [this](VisitArgs args, CallInfo info) { return call_on(args, info); });
  } else if (own.cache.used() && own.cache.pattern == CachePattern::read_through) {
    world.station().handle(
        node, [this](VisitArgs args, CallInfo info) { return caller_.read_through(args, info); });
  }
}

Task<Result<Done>> StationHost::call_on(VisitArgs args, CallInfo info) {
  // Each try of the caller makes tries of its own, which are drawn apart; the first keep theirs.
  if (info.attempt > 0) info.subject ^= mix64(info.attempt);
  info.deadline = time_max;
  const std::uint32_t nth = args.nth;
  const auto send = [this, nth](CallInfo told) { return caller_.visit(callee_, nth, told); };
  co_return co_await dependency_.call<Done>(send, info);
}

}  // namespace wavetank::service
