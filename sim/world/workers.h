#pragma once
// Worker nodes and their executors: slots, execution memory, local disk and network, all of them
// held and contended. An executor that dies takes its tasks and its shuffle files with it.

#include <functional>
#include <memory>
#include <vector>

#include "sim/world/bandwidth.h"
#include "sim/world/env.h"
#include "sim/world/meter.h"
#include "system/base/execution_memory.h"

namespace wavetank::sim {

struct WorkerNode {
  WorkerNode(Env& env, NodeId id);
  NodeId id;
  SharedLink disk, network_in, network_out;
  double memory_share = 1;
  Bytes stored{};  ///< shuffle files on its disk
};

struct Executor : Link {  // linked while it has a free slot
  Executor(WorkerNode& host, std::uint32_t number, Bytes memory, std::int64_t cores)
      : node(host), id(number), memory(memory), free(cores) {}
  WorkerNode& node;
  std::uint32_t id;
  ExecutionMemory memory;
  std::int64_t free;
  std::uint32_t incarnation = 0;
  bool alive = true;
  LinkList attempts;  // in order of their start
};

class Workers {
 public:
  explicit Workers(Env& env);

  /// An executor with a free slot, the one that has waited longest for work, not on `avoid` if
  /// another has one; null if none has.
  Executor* free_executor(NodeId avoid);
  void take_slot(Executor& executor);
  void give_slot(Executor& executor);

  Executor& executor(std::uint32_t id) { return *executors_[id]; }
  const Executor& executor(std::uint32_t id) const { return *executors_[id]; }
  WorkerNode* node(NodeId id);
  std::vector<std::unique_ptr<Executor>>& executors() { return executors_; }

  /// Marks it dead; it comes back after executor_start if its node is up. Its slots are not free.
  void lose(Executor& executor);
  void revive(Executor& executor);
  std::uint64_t losses() const { return losses_; }

  /// The share of execution memory that is left on a node.
  void set_memory(WorkerNode& node, double share);
  /// Whether the node's executors hold more than the node still has.
  Executor* beyond_limit(WorkerNode& node);
  Bytes heap() const { return heap_; }

  Meter& slots() { return slots_; }
  Meter& memory() { return memory_; }
  ResourceSample disks();
  ResourceSample networks(bool in);

 private:
  Task<void> replace(Executor& executor, std::uint32_t incarnation);

  Env& env_;
  Bytes heap_;  ///< execution memory of an executor at full share
  std::vector<std::unique_ptr<WorkerNode>> nodes_;
  std::vector<std::uint32_t> by_node_;  // worker number by NodeId
  std::vector<std::unique_ptr<Executor>> executors_;
  LinkList free_;
  Meter slots_, memory_;
  std::uint64_t losses_ = 0;
};

}  // namespace wavetank::sim
