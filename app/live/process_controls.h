#pragma once
// Controls inside one process of a live platform: they reach its own nodes and its own memory.
// What they name elsewhere is struck elsewhere, by that process's own.

#include <signal.h>
#include <unistd.h>

#include <functional>

#include "system/live/attempts.h"
#include "system/live/live_world.h"
#include "system/live/redis_cache.h"

namespace wavetank::app {

class ProcessControls final : public Controls {
 public:
  /// `last_words` is called when this process is about to die of a fault, for so long.
  void connect(live::LiveWorld& world, std::function<void(Duration down)> last_words) {
    world_ = &world;
    last_words_ = std::move(last_words);
  }

  bool can(Power power) const override {
    return power == Power::crash || power == Power::pause || power == Power::clock_skew ||
           power == Power::memory || power == Power::keys || power == Power::cache_state ||
           power == Power::slow_cpu;
  }
  /// A crash point has been met: this process ends as kill -9 ends it.
  void crash(NodeId node, Duration down) override {
    if (!world_->is_here(node)) return;
    last_words_(down);
    ::kill(::getpid(), SIGKILL);
  }
  void restart(NodeId) override {}
  void pause(NodeId node) override {
    if (world_->is_here(node)) world_->core().hosts.pause(node);
  }
  void resume(NodeId node) override {
    if (world_->is_here(node)) world_->core().hosts.resume(node);
  }
  void skew_clock(NodeId node, Duration by) override {
    if (world_->is_here(node)) world_->core().hosts.node(node).set_clock_skew(by);
  }
  /// What workers do with rows takes so much longer: see FileDataset.
  void slow(NodeId node, double factor) override {
    if (world_->is_here(node)) world_->core().hosts.slow(node, factor);
  }
  void memory(NodeId node, double share) override {
    const std::string& name = world_->name(node);
    if (!world_->is_here(node) || !name.starts_with("workers/")) return;
    live::Attempts& attempts = world_->attempts();
    const auto executor = static_cast<std::uint32_t>(std::stoul(name.substr(8)));
    attempts.set_capacity(executor, {static_cast<std::int64_t>(
                                        static_cast<double>(attempts.memory().count) * share)});
  }
  void flush_cache() override {}  // once for all: the load's process does it
  void stale_cache(bool on) override { world_->redis().set_stale(on); }
  void hot_key(double share, double ratio, EventId cause) override {
    world_->files().hot_key(share, ratio, cause);
  }
  void load_rate(std::string_view, double) override {}
  void bandwidth(OpMask, Bandwidth) override {}  // by strikes at links: see link_strikes.h

 private:
  live::LiveWorld* world_ = nullptr;
  std::function<void(Duration)> last_words_;
};

}  // namespace wavetank::app
