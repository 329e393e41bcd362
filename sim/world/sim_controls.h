#pragma once
// SimControls: what faults can do to the simulated world beyond its calls. Crashes and restarts are
// events of their own.

#include "sim/world/sim_cache.h"
#include "sim/world/sim_compute.h"
#include "sim/world/sim_dataset.h"
#include "sim/world/sim_station.h"
#include "system/ports/load_dial.h"

namespace wavetank::sim {

class SimControls final : public Controls {
 public:
  SimControls(Env& env, SimCache& cache, SimStation& station, Workers& workers,
              SimCompute& compute, SimDataset& dataset)
      : env_(env),
        cache_(cache),
        station_(station),
        workers_(workers),
        compute_(compute),
        dataset_(dataset) {}

  void set_load(LoadDial* dial) { dial_ = dial; }

  bool can(Power power) const override { return power != Power::load_rate || dial_ != nullptr; }
  void crash(NodeId node, Duration) override { env_.root().spawn(crash_later(node)); }
  void restart(NodeId node) override { env_.root().spawn(restart_later(node)); }
  void pause(NodeId node) override { env_.hosts.pause(node); }
  void resume(NodeId node) override { env_.hosts.resume(node); }
  void skew_clock(NodeId node, Duration by) override {
    env_.hosts.node(node).set_clock_skew(by);
  }
  void slow(NodeId node, double factor) override;
  void memory(NodeId node, double share) override;
  void flush_cache() override {
    cache_.flush();
    station_.flush();
  }
  void stale_cache(bool on) override {
    cache_.set_stale(on);
    station_.set_stale(on);
  }
  void hot_key(double share, double ratio, EventId cause) override {
    dataset_.hot_key(share, ratio, cause);
  }
  void bandwidth(OpMask ops, Bandwidth most) override { env_.network.limit(ops, most); }
  void load_rate(std::string_view load, double factor) override {
    if (dial_ != nullptr) dial_->set_factor(load, factor);
  }

 private:
  Task<void> crash_later(NodeId node);
  Task<void> restart_later(NodeId node);

  Env& env_;
  SimCache& cache_;
  SimStation& station_;
  Workers& workers_;
  SimCompute& compute_;
  SimDataset& dataset_;
  LoadDial* dial_ = nullptr;
};

}  // namespace wavetank::sim
