#include "sim/world/workers.h"

#include <string>

namespace wavetank::sim {
namespace {

constexpr std::uint32_t nobody = 0xffffffffu;

}  // namespace

WorkerNode::WorkerNode(Env& env, NodeId node)
    : id(node),
      disk(env.loop(), env.root(), env.settings.cluster.disk),
      network_in(env.loop(), env.root(), env.settings.cluster.network),
      network_out(env.loop(), env.root(), env.settings.cluster.network) {}

Workers::Workers(Env& env)
    : env_(env),
      heap_(execution_memory_of(env.settings.cluster.executor_memory)),
      slots_(env.loop(), env.settings.cluster.slots()),
      memory_(env.loop(), 0) {
  const ClusterSettings& c = env.settings.cluster;
  std::uint32_t id = 0;
  for (std::int64_t n = 0; n < c.nodes; ++n) {
    const NodeId node = env.hosts.add("workers/" + std::to_string(n)).id();
    nodes_.push_back(std::make_unique<WorkerNode>(env, node));
    by_node_.resize(node.value + 1, nobody);
    by_node_[node.value] = static_cast<std::uint32_t>(n);
  }
  // Executor by executor over the nodes, so that work spreads before it stacks.
  for (std::int64_t e = 0; e < c.executors_per_node; ++e) {
    for (auto& node : nodes_) {
      executors_.push_back(std::make_unique<Executor>(*node, id++, heap_, c.executor_cores));
      free_.push_back(*executors_.back());
    }
  }
  memory_.set_capacity(heap_.count * static_cast<std::int64_t>(executors_.size()));
}

WorkerNode* Workers::node(NodeId id) {
  if (id.value >= by_node_.size() || by_node_[id.value] == nobody) return nullptr;
  return nodes_[by_node_[id.value]].get();
}

Executor* Workers::free_executor(NodeId avoid) {
  Executor* second = nullptr;
  int looked = 0;
  for (Link* link = free_.front(); link != free_.end() && looked < 32; link = link->next) {
    auto* executor = static_cast<Executor*>(link);
    if (!avoid.valid() || executor->node.id != avoid) return executor;
    if (second == nullptr) second = executor;
    ++looked;
  }
  return second;
}

void Workers::take_slot(Executor& executor) {
  --executor.free;
  slots_.use(1);
  executor.unlink();
  if (executor.free > 0) free_.push_back(executor);
}

void Workers::give_slot(Executor& executor) {
  ++executor.free;
  slots_.use(-1);
  if (executor.alive && !executor.linked()) free_.push_back(executor);
}

void Workers::lose(Executor& executor) {
  if (!executor.alive) return;
  executor.alive = false;
  ++executor.incarnation;
  ++losses_;
  executor.unlink();
  env_.root().spawn(replace(executor, executor.incarnation));
}

Task<void> Workers::replace(Executor& executor, std::uint32_t incarnation) {
  co_await sleep(env_.loop(), env_.settings.cluster.executor_start);
  if (executor.incarnation != incarnation || !env_.hosts.up(executor.node.id)) co_return;
  revive(executor);
}

void Workers::revive(Executor& executor) {
  if (executor.alive) return;
  executor.alive = true;
  if (executor.free > 0 && !executor.linked()) free_.push_back(executor);
}

void Workers::set_memory(WorkerNode& node, double share) {
  node.memory_share = share;
  const Bytes left{static_cast<std::int64_t>(static_cast<double>(heap_.count) * share)};
  for (auto& executor : executors_) {
    if (&executor->node != &node) continue;
    memory_.add_capacity(left.count - executor->memory.capacity().count);
    executor->memory.set_capacity(left);
  }
}

Executor* Workers::beyond_limit(WorkerNode& node) {
  if (node.memory_share >= 1) return nullptr;
  const ClusterSettings& c = env_.settings.cluster;
  const double each = static_cast<double>(c.executor_memory.count) * (1 + c.overhead.value);
  const double limit = each * static_cast<double>(c.executors_per_node) * node.memory_share;
  double held = 0;
  Executor* largest = nullptr;
  for (auto& executor : executors_) {
    if (&executor->node != &node || !executor->alive) continue;
    held += static_cast<double>(executor->memory.used().count + mib(300).count);
    if (largest == nullptr || executor->memory.used() > largest->memory.used()) {
      largest = executor.get();
    }
  }
  return held > limit ? largest : nullptr;
}

ResourceSample Workers::disks() {
  ResourceSample total;
  for (auto& node : nodes_) {
    const ResourceSample one = node->disk.sample();
    total.busy += one.busy;
    total.capacity += one.capacity;
    total.waiting += one.waiting;
  }
  return total;
}

ResourceSample Workers::networks(bool in) {
  ResourceSample total;
  for (auto& node : nodes_) {
    const ResourceSample one = in ? node->network_in.sample() : node->network_out.sample();
    total.busy += one.busy;
    total.capacity += one.capacity;
    total.waiting += one.waiting;
  }
  return total;
}

}  // namespace wavetank::sim
