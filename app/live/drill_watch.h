#pragma once
// DrillWatch: whoever wants to measure a platform while a drill runs.

#include "system/live/live_world.h"
#include "system/live/target.h"

namespace wavetank::app {

/// Told of a drill: by its own thread.
class DrillWatch {
 public:
  virtual ~DrillWatch() = default;
  /// The platform is up and nothing is asked of it yet.
  virtual void begins(const live::Target& target) = 0;
  /// The load is about to begin, from `world`, which ends after ends().
  virtual void loads(live::LiveWorld& world) = 0;
  virtual void ends() = 0;
};

/// Tells `watch` of the load that `world` is about to offer, and, however that ends, of its end.
class Watched {
 public:
  /// `watch` may be null.
  Watched(DrillWatch* watch, live::LiveWorld& world) : watch_(watch) {
    if (watch_ != nullptr) watch_->loads(world);
  }
  ~Watched() {
    if (watch_ != nullptr) watch_->ends();
  }
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;

 private:
  DrillWatch* watch_;
};

}  // namespace wavetank::app
