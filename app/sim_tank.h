#pragma once
// SimTank: the simulated world as a tank. Only the composition root knows both.

#include "scenarios/engine/load/slot_hours.h"
#include "scenarios/engine/tank.h"
#include "sim/world/sim_world.h"

namespace wavetank::app {

class SimTank final : public engine::Tank {
 public:
  /// `settings` must outlive the tank.
  SimTank(const sim::WorldSettings& settings, std::uint64_t seed)
      : settings_(settings), world_(settings, seed) {}

  World& world() override { return world_; }
  ResourceProbe* resources() override { return &world_; }
  const char* name() const override { return "sim"; }
  void connect(LoadDial& dial) override { world_.sim_controls().set_load(&dial); }
  void boot() override { world_.boot(); }
  bool run_until(Time until, const std::function<bool()>& stop) override {
    return world_.simulation().run_until(until, stop);
  }
  std::optional<std::int64_t> queued() const override { return world_.queued(); }
  std::uint64_t events() const override { return world_.events(); }
  std::uint64_t fingerprint() const override { return world_.fingerprint(); }
  double slots() const override { return static_cast<double>(settings_.cluster.slots()); }

 private:
  const sim::WorldSettings& settings_;
  sim::SimWorld world_;
};

/// What a task costs in that world, for stating offered work.
inline engine::TaskCosts task_costs(const sim::WorldSettings& settings) {
  const sim::ClusterSettings& c = settings.cluster;
  return {c.task_start, c.scan_rate, c.shuffle_rate, c.reduce_rate, c.output_rate};
}

}  // namespace wavetank::app
