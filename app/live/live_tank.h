#pragma once
// LiveTank: a live world as a tank. The load stands in this process, the platform in others. The
// same world, played back, lends its nodes' names and a virtual clock to the judges.

#include "scenarios/engine/tank.h"
#include "system/live/live_world.h"

namespace wavetank::app {

class LiveTank final : public engine::Tank {
 public:
  enum class Drive : std::uint8_t { real, played };

  /// Both must outlive it. `slots` are those of the platform's workers.
  LiveTank(live::LiveWorld& world, LoadDial*& dial, Drive drive, double slots)
      : world_(world), dial_(dial), drive_(drive), slots_(slots) {}

  World& world() override { return world_; }
  ResourceProbe* resources() override { return probe; }
  const char* name() const override { return "live"; }
  void connect(LoadDial& dial) override { dial_ = &dial; }
  void boot() override { world_.boot(); }
  bool run_until(Time until, const std::function<bool()>& stop) override {
    if (drive_ == Drive::real) {
      return world_.core().driver.run_until(
          until, [&] { return (stop && stop()) || (halted && halted()); });
    }
    world_.loop().run_until(until);
    return !stop || !stop();
  }
  /// What was seen of resources, to play back. Not owned; null for nothing.
  ResourceProbe* probe = nullptr;
  /// Asked as `stop` is: whether a safety rule ends the run.
  std::function<bool()> halted;

  std::optional<std::int64_t> queued() const override { return std::nullopt; }
  std::uint64_t events() const override { return world_.core().loop.events(); }
  std::uint64_t fingerprint() const override { return world_.core().history.fingerprint(); }
  double slots() const override { return slots_; }

 private:
  live::LiveWorld& world_;
  LoadDial*& dial_;
  Drive drive_;
  double slots_;
};

}  // namespace wavetank::app
