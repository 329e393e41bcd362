#include "system/live/live_world.h"

#include <algorithm>

#include "system/live/attached_http.h"
#include "system/live/attempts.h"
#include "system/live/beast_http.h"
#include "system/live/kafka_queue.h"
#include "system/live/object_store.h"
#include "system/live/pq_database.h"
#include "system/live/process_compute.h"
#include "system/live/redis_cache.h"

namespace wavetank::live {
namespace {

/// Real work takes its own time: serving returns at once. Queueing networks are only simulated.
class NoStation final : public Station {
 public:
  using Station::Station;

 private:
  void submit(Call& call) override {
    if (call.op == Op::station_serve) {
      static_cast<CallOf<verb::Serve>&>(call).reply = Done{};
    } else {
      call.fail(Failure::invalid);
    }
    complete(call);
  }
};

bool owns(const std::vector<std::string>& here, const std::string& name) {
  return std::find(here.begin(), here.end(), name) != here.end();
}

}  // namespace

LiveWorld::LiveWorld(const Target& target, LiveWorldOptions options, Controls& controls)
    : controls_(controls),
      options_(std::move(options)),
      core_(target, options_.run, options_.seed, options_.origin, options_.clock),
      client_(core_.hosts.add("clients")),
      station_(std::make_unique<NoStation>(core_.loop, core_.gate, core_.history)),
      http_(std::make_unique<BeastHttp>(core_.env)),
      attached_(target.platform == "attached" ? std::make_unique<AttachedHttp>(core_.env)
                                              : nullptr),
      database_(std::make_unique<PqDatabase>(core_.env)),
      queue_(std::make_unique<KafkaQueue>(core_.env)),
      cache_(std::make_unique<RedisCache>(core_.env)),
      attempts_(std::make_unique<Attempts>(target.worker.scratch, target.worker.memory)),
      objects_(std::make_unique<LiveObjectStore>(core_.env, *attempts_)),
      compute_(std::make_unique<ProcessCompute>(core_.env, *attempts_, options_.here)),
      dataset_(std::make_unique<FileDataset>(core_.env, *attempts_, options_.work)) {
  // Faults name what is struck at a platform that is not ours, though nobody here sees it.
  if (attached_) {
    name_node("workers/0");
    for (const SignalTarget& one : target.signals) name_node(one.name);
    for (const ActionTarget& one : target.actions) name_node(one.name);
  }
  compute_->on_shuffle([this](const TaskSpec& task, const std::vector<std::int64_t>& bytes) {
    dataset_->learn(task.ticket.output, task.partition, bytes);
  });
  compute_->on_job_end([this](JobId job, OutputId output) {
    attempts_->forget(job);
    dataset_->forget(output);
  });
}

LiveWorld::~LiveWorld() {
  compute_->stop();
  core_.stop();
}

void LiveWorld::drain() {
  http_->drain();
  database_->drain();
  queue_->drain();
  compute_->drain();
}

bool LiveWorld::drained() const {
  return http_->drained() && database_->drained() && queue_->drained() && compute_->drained() &&
         objects_->in_use() == 0 && cache_->in_use() == 0;
}

Http& LiveWorld::http() {
  if (attached_) return *attached_;
  return *http_;
}
Database& LiveWorld::database() { return *database_; }
Queue& LiveWorld::queue() { return *queue_; }
Cache& LiveWorld::cache() { return *cache_; }
ObjectStore& LiveWorld::objects() { return *objects_; }
Compute& LiveWorld::compute() { return *compute_; }
Dataset& LiveWorld::dataset() { return *dataset_; }

/// The node of that name, which is there once however often it is named. That of a group may share
/// the group's name.
Node& LiveWorld::name_node(const std::string& name) {
  for (const NodeId one : core_.hosts.named(name)) {
    if (core_.hosts.node(one).name() == name) return core_.hosts.node(one);
  }
  return core_.hosts.add(name);
}

Node& LiveWorld::host(const std::string& name, Boot boot) {
  hosted_.push_back(name);
  if (attached_) return name_node(name);
  if (!owns(options_.here, name)) return core_.hosts.add(name);
  return core_.hosts.host(name, std::move(boot));
}

bool LiveWorld::is_here(NodeId node) const {
  return owns(options_.here, name(node));
}

}  // namespace wavetank::live
