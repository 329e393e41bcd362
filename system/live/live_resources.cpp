#include "system/live/live_resources.h"

#include "system/live/attempts.h"
#include "system/live/kafka_queue.h"
#include "system/live/kafka_topics.h"
#include "system/live/object_store.h"
#include "system/live/pq_database.h"
#include "system/live/process_compute.h"
#include "system/live/redis_cache.h"

namespace wavetank::live {
namespace {

constexpr Duration look = milliseconds(20);
constexpr Duration old_after = whole_seconds(3);
constexpr std::int64_t unknown = -1;

// A worker's own rows stand behind the pools, and the partitions behind those.
enum Row : std::size_t { db_pool, cache_pool, objects_pool, threads, slots, memory };

Uint128 times(std::int64_t units, Duration time) {
  return static_cast<Uint128>(units) * static_cast<Uint128>(time.ns);
}

}  // namespace

LiveResources::LiveResources(LiveWorld& world, const std::string& node, bool lag)
    : world_(world),
      worker_(node.starts_with("workers/")),
      names_{"db.pool", "cache.pool", "objects.pool"},
      watch_(world.loop(), world.loop().root()) {
  if (worker_) {
    names_.insert(names_.end(), {"workers.threads", "workers.slots", "workers.memory"});
    watch_.spawn(watch());
  }
  for (int topic = 0; lag && topic < consumed_topics; ++topic) {
    for (std::uint32_t p = 0; p < world_.kafka().partitions(); ++p) {
      names_.push_back("queue.p" + std::to_string(topic) + "/" + std::to_string(p));
    }
  }
}

Task<void> LiveResources::watch() {
  Time last = world_.loop().now();
  for (;;) {
    co_await sleep(world_.loop(), look);
    const Duration passed = world_.loop().now() - last;
    last = world_.loop().now();
    slots_ += times(static_cast<std::int64_t>(world_.processes().attempts_here()), passed);
    memory_ += times(world_.attempts().used().count, passed);
  }
}

PoolUse LiveResources::pool(std::size_t row) const {
  switch (row) {
    case db_pool: return world_.pq().use();
    case cache_pool: return world_.redis().use();
    case objects_pool: return world_.store().use();
    default: return world_.files().use();
  }
}

ResourceSample LiveResources::lag(std::size_t row) const {
  const std::size_t place = row - (worker_ ? memory + 1 : objects_pool + 1);
  const auto partitions = world_.kafka().partitions();
  const auto age = world_.kafka().lag_age();
  ResourceSample sample;
  sample.waiting = age && *age <= old_after
                       ? world_.kafka().lag(static_cast<Topic>(place / partitions),
                                            static_cast<std::uint32_t>(place % partitions))
                       : unknown;
  return sample;
}

ResourceSample LiveResources::sample(std::size_t resource) const {
  const WorkerTarget& worker = world_.core().env.target.worker;
  ResourceSample sample;
  if (resource <= objects_pool || (worker_ && resource == threads)) {
    const PoolUse use = pool(resource);
    sample.busy = static_cast<Uint128>(use.busy_ns);
    sample.capacity = static_cast<std::int64_t>(use.size);
    sample.waiting = static_cast<std::int64_t>(use.waiting);
  } else if (worker_ && resource == slots) {
    sample.busy = slots_;
    sample.capacity = worker.slots;
  } else if (worker_ && resource == memory) {
    sample.busy = memory_;
    sample.capacity = worker.memory.count;
    sample.waiting = static_cast<std::int64_t>(world_.attempts().waiting());
  } else {
    return lag(resource);
  }
  return sample;
}

std::vector<std::pair<std::string, LatencyBuckets>> LiveResources::waits() const {
  std::vector<std::pair<std::string, LatencyBuckets>> all;
  const std::size_t last = worker_ ? threads : objects_pool;
  for (std::size_t row = 0; row <= last; ++row) all.emplace_back(names_[row], pool(row).waits);
  return all;
}

}  // namespace wavetank::live
