#pragma once
// SimWorld: every port of the simulated world, its nodes, controls and resources.

#include "sim/world/sim_controls.h"
#include "sim/world/sim_database.h"
#include "sim/world/sim_http.h"
#include "sim/world/sim_object_store.h"
#include "sim/world/sim_queue.h"
#include "sim/world/sim_station.h"

namespace wavetank::sim {

class SimWorld final : public World, public ResourceProbe {
 public:
  /// `settings` must outlive the world.
  SimWorld(const WorldSettings& settings, std::uint64_t seed);
  /// Ends every task before anything that it uses.
  ~SimWorld() override;

  std::uint64_t seed() const override { return simulation_.seed(); }
  Loop& loop() override { return simulation_.loop(); }
  Gate& gate() override { return simulation_.gate(); }
  History& history() override { return simulation_.history(); }
  Controls& controls() override { return controls_; }

  Http& http() override { return http_; }
  Database& database() override { return database_; }
  Queue& queue() override { return queue_; }
  Cache& cache() override { return cache_; }
  ObjectStore& objects() override { return objects_; }
  Compute& compute() override { return compute_; }
  Dataset& dataset() override { return dataset_; }
  Station& station() override { return station_; }

  Node& host(const std::string& name, Boot boot) override;
  std::vector<NodeId> nodes(std::string_view target) const override;
  const std::string& name(NodeId node) const override { return hosts_.node(node).name(); }
  Node& client() override { return client_; }

  Simulation& simulation() { return simulation_; }
  std::uint64_t events() const { return simulation_.events(); }
  std::uint64_t fingerprint() const { return simulation_.fingerprint(); }
  /// Messages published and not handed out yet.
  std::int64_t queued() const { return queue_.undelivered(); }
  SimControls& sim_controls() { return controls_; }
  SimQueue& sim_queue() { return queue_; }
  SimDatabase& sim_database() { return database_; }
  SimCompute& sim_compute() { return compute_; }
  /// Boots every node that was hosted.
  void boot() { hosts_.boot_all(); }

  ResourceProbe* resources() override { return this; }
  /// Those of a queueing network, where one is wired, and nothing else.
  const std::vector<std::string>& resources() const override {
    return station_.names().empty() ? names_ : station_.names();
  }
  ResourceSample sample(std::size_t resource) const override;
  void report_waits(WaitSink& sink) override;

 private:
  Simulation simulation_;
  Machine machine_;
  Network network_;
  Hosts hosts_;
  Env env_;
  Node& client_;
  SimHttp http_;
  SimStation station_;
  SimDatabase database_;
  SimQueue queue_;
  mutable SimCache cache_;
  SimObjectStore objects_;
  mutable Workers workers_;
  mutable SimCompute compute_;
  SimDataset dataset_;
  SimControls controls_;
  std::vector<std::string> names_;
};

}  // namespace wavetank::sim
