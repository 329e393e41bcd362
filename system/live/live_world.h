#pragma once
// LiveWorld: every port of the live world, its nodes and its controls. Each process of a platform
// has one. It wires the whole blueprint, so that nodes have the same numbers everywhere, and boots
// those that are its own.

#include <memory>
#include <string>
#include <vector>

#include "system/live/live_core.h"
#include "system/live/dataset/file_dataset.h"
#include "system/ports/world.h"

namespace wavetank::live {

class AttachedHttp;
class Attempts;
class BeastHttp;
class KafkaQueue;
class LiveObjectStore;
class PqDatabase;
class ProcessCompute;
class RedisCache;

struct LiveWorldOptions {
  std::vector<std::string> here;  ///< nodes of this process, such as "api/0"; often one
  std::string run;                ///< what everything created belongs to
  std::uint64_t seed = 42;
  WorkShape work{};               ///< what rows are like, and how workers treat them
  std::int64_t origin = 0;        ///< where Time{} stands, in ns since 1970; 0 is now
  ClockReading clock = ClockReading::now();  ///< shared by all processes of a run
};

class LiveWorld final : public World {
 public:
  /// Both must outlive it. Connects to nothing yet. Throws std::runtime_error where the target
  /// makes no sense.
  LiveWorld(const Target& target, LiveWorldOptions options, Controls& controls);
  /// Ends every task before anything that it uses.
  ~LiveWorld() override;

  std::uint64_t seed() const override { return core_.env.seed; }
  Loop& loop() override { return core_.loop; }
  Gate& gate() override { return core_.gate; }
  History& history() override { return core_.history; }
  Controls& controls() override { return controls_; }

  Http& http() override;
  Database& database() override;
  Queue& queue() override;
  Cache& cache() override;
  ObjectStore& objects() override;
  Compute& compute() override;
  Dataset& dataset() override;
  Station& station() override { return *station_; }

  Node& host(const std::string& name, Boot boot) override;
  std::vector<NodeId> nodes(std::string_view target) const override {
    return core_.hosts.named(target);
  }
  const std::string& name(NodeId node) const override { return core_.hosts.node(node).name(); }
  Node& client() override { return client_; }

  /// Boots the nodes of this process.
  void boot() { core_.hosts.boot_all(); }
  /// A graceful stop, which no service knows of: nothing hands out work any more, and what is under
  /// way goes on. drained() tells when it has ended, so far as can be seen at this moment.
  void drain();
  bool drained() const;
  /// Whether the node is of this process.
  bool is_here(NodeId node) const;
  /// The nodes that the blueprint has hosted, wherever they are.
  const std::vector<std::string>& hosted() const { return hosted_; }

  LiveCore& core() { return core_; }
  const LiveCore& core() const { return core_; }
  BeastHttp& beast() { return *http_; }
  /// Null but for a platform that is not ours.
  AttachedHttp* attached() { return attached_.get(); }
  const AttachedHttp* attached() const { return attached_.get(); }
  PqDatabase& pq() { return *database_; }
  KafkaQueue& kafka() { return *queue_; }
  RedisCache& redis() { return *cache_; }
  LiveObjectStore& store() { return *objects_; }
  ProcessCompute& processes() { return *compute_; }
  FileDataset& files() { return *dataset_; }
  Attempts& attempts() { return *attempts_; }

 private:
  Node& name_node(const std::string& name);

  Controls& controls_;
  LiveWorldOptions options_;
  LiveCore core_;
  Node& client_;
  std::vector<std::string> hosted_;
  std::unique_ptr<Station> station_;
  std::unique_ptr<BeastHttp> http_;
  std::unique_ptr<AttachedHttp> attached_;  ///< in its place, where the platform is not ours
  std::unique_ptr<PqDatabase> database_;
  std::unique_ptr<KafkaQueue> queue_;
  std::unique_ptr<RedisCache> cache_;
  std::unique_ptr<Attempts> attempts_;
  std::unique_ptr<LiveObjectStore> objects_;
  std::unique_ptr<ProcessCompute> compute_;
  std::unique_ptr<FileDataset> dataset_;
};

}  // namespace wavetank::live
