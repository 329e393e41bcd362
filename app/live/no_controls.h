#pragma once
// Controls of a world that only lends its names.

#include "system/ports/controls.h"

namespace wavetank::app {

class NoControls : public Controls {
 public:
  bool can(Power) const override { return false; }
  void crash(NodeId, Duration) override {}
  void restart(NodeId) override {}
  void pause(NodeId) override {}
  void resume(NodeId) override {}
  void skew_clock(NodeId, Duration) override {}
  void slow(NodeId, double) override {}
  void memory(NodeId, double) override {}
  void flush_cache() override {}
  void stale_cache(bool) override {}
  void hot_key(double, double, EventId) override {}
  void load_rate(std::string_view, double) override {}
  void bandwidth(OpMask, Bandwidth) override {}
};

}  // namespace wavetank::app
