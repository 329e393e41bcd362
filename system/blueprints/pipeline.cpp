#include "system/blueprints/pipeline.h"

namespace wavetank::service {
namespace {

constexpr const char* protections_names[] = {"hardened", "none"};

void host_all(World& world, const std::string& name, std::int64_t count, const Boot& boot) {
  for (std::int64_t i = 0; i < count; ++i) world.host(name + "/" + std::to_string(i), boot);
}

}  // namespace

QueueClientSettings::QueueClientSettings() {
  dependency.timeout = whole_seconds(30);
  dependency.retry.most = whole_seconds(1);
  dependency.retry.attempts = 5;
}

void PipelineSettings::disarm() {
  api.disarm();
  cache.disarm();
  launcher.disarm();
  driver.disarm();
  outputs.disarm();
  callbacks.disarm();
  reconciler.disarm();
  for (DependencySettings* d : {&database.dependency, &queue.dependency, &launcher.compute,
                                &outputs.objects}) {
    d->breaker.disarm();
  }
}

void PipelineSettings::describe(Fields& f) {
  f.field("protections", protections, protections_names,
          {.help = "Sets every protection at once; single settings override it."});
  if (protections == Protections::none) disarm();
  f.section("api", api, {.help = "Takes requests and answers reads."});
  f.section("cache", cache, {.help = "The look-aside cache and how it is used."});
  f.section("database", database, {.help = "How services call the database."});
  f.section("queue", queue, {.help = "How services call the queue."});
  f.section("outbox", outbox, {.help = "The relay from the outbox table to the queue."});
  f.section("launcher", launcher, {.help = "Consumes processes and submits jobs."});
  f.section("driver", driver, {.help = "Plans a job and runs its stages."});
  f.section("worker", worker, {.help = "What one task attempt does."});
  f.section("outputs", outputs, {.help = "Validation and publication."});
  f.section("callbacks", callbacks, {.help = "How jobs report their end."});
  f.section("reconciler", reconciler, {.help = "Finds what callbacks missed."});
}

Boot Pipeline::api(World& world) {
  return [this, &world](Node& node, TaskGroup& group) -> std::unique_ptr<Hosted> {
    return std::make_unique<Api>(world, node, group, settings_.api, settings_.cache,
                                 settings_.database.dependency, settings_.queue.dependency,
                                 settings_.launcher.priority_topics);
  };
}

Boot Pipeline::outbox(World& world) {
  return [this, &world](Node& node, TaskGroup& group) -> std::unique_ptr<Hosted> {
    return std::make_unique<Outbox>(world, node, group, settings_.outbox,
                                    settings_.database.dependency, settings_.queue.dependency,
                                    settings_.launcher.priority_topics);
  };
}

Boot Pipeline::launcher(World& world) {
  return [this, &world](Node& node, TaskGroup& group) -> std::unique_ptr<Hosted> {
    return std::make_unique<Launcher>(world, node, group, settings_.launcher,
                                      settings_.database.dependency, settings_.outputs.objects,
                                      settings_.queue.dependency);
  };
}

Boot Pipeline::driver(World& world) {
  return [this, &world](Node& node, TaskGroup& group) -> std::unique_ptr<Hosted> {
    return std::make_unique<Driver>(world, node, group, settings_.driver, settings_.worker,
                                    settings_.outputs, settings_.callbacks,
                                    settings_.database.dependency);
  };
}

Boot Pipeline::callbacks(World& world) {
  return [this, &world](Node& node, TaskGroup& group) -> std::unique_ptr<Hosted> {
    return std::make_unique<Callbacks>(world, node, group, settings_.callbacks,
                                       settings_.api.admission, settings_.cache,
                                       settings_.database.dependency, settings_.outputs.fencing);
  };
}

Boot Pipeline::reconciler(World& world) {
  return [this, &world](Node& node, TaskGroup& group) -> std::unique_ptr<Hosted> {
    return std::make_unique<Reconciler>(
        world, node, group, settings_.reconciler, settings_.callbacks.overdue_after,
        settings_.launcher.priority_topics, settings_.database.dependency,
        settings_.outputs.objects, settings_.launcher.compute, settings_.queue.dependency);
  };
}

WorkerHandler Pipeline::worker(World& world) {
  return [this, &world](const TaskSpec* task, Slot slot, Node& node) {
    return work(world, settings_.worker, part_puts_, task, slot, node);
  };
}

Bounds Pipeline::bounds() const {
  Bounds bounds;
  bounds.launches = settings_.reconciler.enabled ? settings_.reconciler.relaunches_max : 1;
  bounds.callback_tries =
      settings_.callbacks.retry.policy == Backoff::none ? 1 : settings_.callbacks.retry.attempts;
  // A fact is as old as the read that found it: it may be under way for a timeout before it is put.
  bounds.cache_age = settings_.cache.ttl + settings_.cache.dependency.timeout;
  return bounds;
}

void Pipeline::wire(World& world) {
  part_puts_ = settings_.outputs.objects;
  part_puts_.breaker.enabled = false;
  host_all(world, "api", settings_.api.replicas, api(world));
  host_all(world, "callbacks", settings_.callbacks.replicas, callbacks(world));
  host_all(world, "outbox", 1, outbox(world));
  host_all(world, "launcher", settings_.launcher.replicas, launcher(world));
  host_all(world, "drivers", settings_.driver.hosts, driver(world));
  host_all(world, "reconciler", 1, reconciler(world));
  world.compute().serve_workers(worker(world));
}

std::unique_ptr<Blueprint> make_pipeline() {
  return std::make_unique<Pipeline>();
}

}  // namespace wavetank::service
