#include "system/ports/hosts.h"

namespace wavetank {

Hosts::Hosts(Loop& loop) : loop_(loop) {
  add("world");
}

Node& Hosts::add(const std::string& name) {
  const NodeId id{static_cast<std::uint32_t>(places_.size())};
  places_.push_back(std::make_unique<Place>(loop_, id, name));
  groups_[name].push_back(id);
  const std::size_t slash = name.find('/');
  if (slash != std::string::npos) groups_[name.substr(0, slash)].push_back(id);
  return places_.back()->node;
}

Node& Hosts::host(const std::string& name, Boot boot) {
  Node& node = add(name);
  places_.back()->boot = std::move(boot);
  return node;
}

void Hosts::boot(Place& place) {
  place.booted = true;
  if (place.boot) place.hosted = place.boot(place.node, place.group);
}

void Hosts::boot_all() {
  for (auto& place : places_) {
    if (!place->booted) boot(*place);
  }
}

std::vector<NodeId> Hosts::named(std::string_view target) const {
  const auto found = groups_.find(target);
  return found == groups_.end() ? std::vector<NodeId>{} : found->second;
}

void Hosts::stop() {
  for (auto& place : places_) place->group.cancel();
}

void Hosts::pause(NodeId id) {
  Place& place = *places_[id.value];
  if (place.node.paused()) return;
  place.paused_at = loop_.now();
  place.node.pause();
}

void Hosts::resume(NodeId id) {
  Place& place = *places_[id.value];
  if (!place.node.paused()) return;
  place.stood_still += loop_.now() - place.paused_at;
  place.node.resume();
}

void Hosts::crash(NodeId id) {
  Place& place = *places_[id.value];
  if (!place.up) return;
  place.up = false;
  place.group.cancel();
  place.hosted.reset();
  resume(id);
  for (const auto& told : crashed_) told(id);
}

void Hosts::restart(NodeId id) {
  Place& place = *places_[id.value];
  if (place.up) return;
  place.up = true;
  boot(place);
  for (const auto& told : restarted_) told(id);
}

}  // namespace wavetank
