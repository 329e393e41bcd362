#include "sim/world/sim_world.h"

namespace wavetank::sim {
namespace {

// The resources, in the order of their numbers; a partition's lag follows, one row each.
enum Row : std::size_t {
  workers_slots,
  workers_memory,
  workers_disk,
  workers_network_in,
  workers_network_out,
  db_pool,
  api_cores,
  callbacks_cores,
  scheduler,
  cache_thread,
  objects_writes,
  objects_reads,
  partitions,
};

}  // namespace

SimWorld::SimWorld(const WorldSettings& settings, std::uint64_t seed)
    : simulation_(seed),
      machine_(simulation_.loop(), simulation_.root(), settings.machine, seed),
      network_(settings.network, seed, machine_.covered()),
      hosts_(simulation_.loop()),
      env_{simulation_, settings, hosts_, network_, machine_},
      client_(hosts_.add("clients")),
      http_(env_),
      station_(env_),
      database_(env_),
      queue_(env_),
      cache_(env_),
      objects_(env_),
      workers_(env_),
      compute_(env_, workers_),
      dataset_(env_, workers_, compute_),
      controls_(env_, cache_, station_, workers_, compute_, dataset_),
      names_{"workers.slots",      "workers.memory", "workers.disk",    "workers.network_in",
             "workers.network_out", "db.pool",        "api.cores",       "callbacks.cores",
             "scheduler",           "cache",          "objects.writes",  "objects.reads"} {
  for (int topic = 0; topic < 3; ++topic) {
    for (std::uint32_t p = 0; p < queue_.partitions(); ++p) {
      names_.push_back("queue.p" + std::to_string(topic) + "/" + std::to_string(p));
    }
  }
  if (machine_.exists()) names_.push_back("machine.cores");
}

SimWorld::~SimWorld() {
  // What ends hands on what it held, and whoever measured the waits for it may be gone.
  struct : WaitSink {
    void waited(std::size_t, Duration) override {}
  } deaf;
  report_waits(deaf);
  compute_.stop();
  hosts_.stop();
  simulation_.gate().stop();
  simulation_.root().cancel();
}

Node& SimWorld::host(const std::string& name, Boot boot) {
  return hosts_.host(name, std::move(boot));
}

std::vector<NodeId> SimWorld::nodes(std::string_view target) const {
  return hosts_.named(target);
}

ResourceSample SimWorld::sample(std::size_t resource) const {
  if (!station_.names().empty()) return station_.sample(resource);
  switch (resource) {
    case workers_slots:
      return workers_.slots().sample();
    case workers_memory:
      return workers_.memory().sample();
    case workers_disk:
      return workers_.disks();
    case workers_network_in:
      return workers_.networks(true);
    case workers_network_out:
      return workers_.networks(false);
    case db_pool:
      return database_.pool().meter().sample();
    case api_cores:
      return station_.sample("api");
    case callbacks_cores:
      return station_.sample("callbacks");
    case scheduler:
      return compute_.scheduler().meter().sample();
    case cache_thread:
      return cache_.thread().meter().sample();
    case objects_writes:
      return objects_.writes();
    case objects_reads:
      return objects_.reads();
    default: {
      const auto row = static_cast<std::uint32_t>(resource - partitions);
      if (row >= 3 * queue_.partitions()) return machine_.sample();
      ResourceSample lag;
      lag.waiting = queue_.lag(static_cast<Topic>(row / queue_.partitions()),
                               row % queue_.partitions());
      return lag;
    }
  }
}

void SimWorld::report_waits(WaitSink& sink) {
  workers_.slots().report_to(sink, workers_slots);
  workers_.memory().report_to(sink, workers_memory);
  database_.pool().meter().report_to(sink, db_pool);
  compute_.scheduler().meter().report_to(sink, scheduler);
  cache_.thread().meter().report_to(sink, cache_thread);
  station_.report_to(sink, "api", api_cores);
  station_.report_to(sink, "callbacks", callbacks_cores);
  station_.report_to(sink);
}

}  // namespace wavetank::sim
