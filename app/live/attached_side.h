#pragma once
// A drill's dealings with a platform that is not ours, where they differ from those with our own:
// nothing is started, health is read from pages, the load is turned by its data, and what could not
// be seen is told to the judges.

#include <string>
#include <vector>

#include "app/live/live_controls.h"
#include "scenarios/engine/observed.h"
#include "system/live/attached_http.h"

namespace wavetank::app {

/// Turns what the load sends, while a fault lasts.
class AttachedControls final : public LiveControls {
 public:
  using LiveControls::LiveControls;
  void hot_key(double share, double ratio, EventId) override {
    if (http != nullptr) http->hot_key(share, ratio);
  }
  void memory(NodeId, double share) override {
    if (http != nullptr) http->memory(share);
  }

  live::AttachedHttp* http = nullptr;
};

/// What speaks against its being well (attach_health.h); also the callback round trip, where
/// `receiver`.
std::vector<std::string> not_well(const live::Target& target, bool receiver);

/// What must be undecided, and what was strange. While the world still runs.
void add_seen(const live::AttachedHttp& http, engine::Observed& observed);

}  // namespace wavetank::app
