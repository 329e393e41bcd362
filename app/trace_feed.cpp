#include "app/trace_feed.h"

#include <utility>

namespace wavetank::app {
namespace {

engine::Names names_in(World& world, std::vector<std::string> faults) {
  engine::Names names;
  names.faults = std::move(faults);
  names.node = [&world](NodeId node) { return world.name(node); };
  return names;
}

}  // namespace

TraceFeed::TraceFeed(reports::Perfetto& trace, World& world, std::vector<std::string> faults)
    : trace_(trace), world_(world), recorder_(*this, names_in(world, std::move(faults))) {}

void TraceFeed::finish() {
  recorder_.finish(world_.loop().now());
  trace_.finish();
}

void TraceFeed::slice(const engine::TrackSlice& slice) {
  trace_.slice({slice.track, slice.name, slice.from, slice.to, slice.args, slice.flow});
}

void TraceFeed::mark(const std::string& track, const std::string& name, Time at) {
  trace_.mark(track, name, at);
}

}  // namespace wavetank::app
