#include "scenarios/engine/probes.h"

#include "system/base/check.h"

namespace wavetank::engine {

Probes::Probes(const std::vector<std::string>& names)
    : hits_(static_cast<std::size_t>(event_kind_count())) {
  for (const std::string& name : names) {
    const std::optional<EventKind> kind = event_kind_named(name);
    WAVETANK_CHECK(kind.has_value(), "no event is called " + name);
    kinds_.push_back(*kind);
  }
}

void Probes::on_event(const Event& event) { ++hits_[static_cast<std::size_t>(event.kind)]; }

std::vector<ProbeResult> Probes::results() const {
  std::vector<ProbeResult> out;
  for (const EventKind kind : kinds_) {
    out.push_back({name_of(kind), hits_[static_cast<std::size_t>(kind)]});
  }
  return out;
}

}  // namespace wavetank::engine
