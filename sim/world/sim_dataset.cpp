#include "sim/world/sim_dataset.h"

namespace wavetank::sim {
namespace {

class KeyedPartitions final : public Partitioning {
 public:
  KeyedPartitions(PartitionShares shares, Bytes total, EventId cause)
      : shares_(std::move(shares)), total_(total), cause_(cause) {}
  Bytes bytes(std::uint32_t partition) const override { return shares_.bytes(total_, partition); }
  EventId cause() const override { return cause_; }

 private:
  PartitionShares shares_;
  Bytes total_;
  EventId cause_;
};

}  // namespace

SimDataset::SimDataset(Env& env, Workers& workers, SimCompute& compute)
    : Dataset(env.loop(), env.gate(), env.history()),
      env_(env),
      workers_(workers),
      compute_(compute) {}

void SimDataset::hot_key(double share, double ratio, EventId cause) {
  hot_share_ = share;
  hot_ratio_ = ratio;
  hot_cause_ = cause;
}

std::unique_ptr<Partitioning> SimDataset::partition(const Ticket& ticket, Bytes total,
                                                    std::uint32_t partitions) const {
  static constexpr Purpose hot("keys.hot");
  static constexpr Purpose place("keys.place");
  const KeySettings& keys = env_.settings.cluster.keys;
  KeySkew skew;
  skew.keys = static_cast<std::uint64_t>(keys.count);
  skew.zipf = keys.zipf;
  const bool hit = hot_share_ > 0 && hits(draw(env_.seed(), hot, ticket.output.value), hot_ratio_);
  if (hit) skew.hot_share = hot_share_;
  const Entropy job{env_.seed(), place, ticket.output.value, 0};
  return std::make_unique<KeyedPartitions>(PartitionShares(skew, partitions, job), total,
                                           hit ? hot_cause_ : 0);
}

void SimDataset::submit(Call& call) {
  switch (call.op) {
    case Op::dataset_scan:
      return begin<verb::Scan>(call);
    case Op::dataset_fetch:
      return begin<verb::Fetch>(call);
    case Op::dataset_store:
      return begin<verb::Store>(call);
    case Op::dataset_spill:
      return begin<verb::Spill>(call);
    case Op::dataset_work:
      return begin<verb::Work>(call);
    default:
      return begin<verb::Reserve>(call);
  }
}

template <class V>
void SimDataset::begin(Call& call) {
  Taken<V> taken(*this, call);
  SimAttempt* attempt = compute_.attempt(taken->args.slot.attempt);
  if (attempt == nullptr || attempt->over) return;  // it is being buried: nobody waits
  attempt->group.start(serve(std::move(taken), attempt));
}

// Computing goes on while bytes move: when it ends if it began then.
Time SimDataset::computed(Time began, Bytes bytes, Bandwidth rate, Duration more,
                          NodeId node) const {
  const Duration compute = time_for(bytes, rate) + more;
  const double slowness = env_.hosts.slowness(node);
  return began + Duration{static_cast<std::int64_t>(static_cast<double>(compute.ns) * slowness)};
}

namespace {

// Which of a node's links a verb's bytes take, and how fast a core goes through them.
SharedLink& link_of(verb::Scan, WorkerNode& node) { return node.network_in; }
SharedLink& link_of(verb::Store, WorkerNode& node) { return node.disk; }
SharedLink& link_of(verb::Spill, WorkerNode& node) { return node.disk; }
SharedLink& link_of(verb::Work, WorkerNode& node) { return node.network_out; }

Bandwidth core_rate(verb::Scan, const ClusterSettings& cluster) { return cluster.scan_rate; }
Bandwidth core_rate(verb::Store, const ClusterSettings& cluster) { return cluster.shuffle_rate; }
Bandwidth core_rate(verb::Spill, const ClusterSettings&) { return {}; }
Bandwidth core_rate(verb::Work, const ClusterSettings& cluster) { return cluster.output_rate; }

}  // namespace

template <class V>
Task<void> SimDataset::serve(Taken<V> call, SimAttempt* attempt) {
  const Time began = loop_.now();
  WorkerNode& node = attempt->executor->node;
  const Bytes bytes = call->args.bytes;
  if (V::op == Op::dataset_store && !keep(*attempt, bytes)) {
    call.complete(Failure::disk_full);
    co_return;
  }
  co_await env_.spend(*call, node.id);
  SharedLink& link = link_of(V(), node);
  co_await link.transfer(bytes);
  const Bandwidth rate = core_rate(V(), env_.settings.cluster);
  const Time until = std::max(computed(began, bytes, rate, call->args.compute, node.id),
                              began + env_.network.least(V::op, bytes));
  if (until > loop_.now()) co_await sleep_until(loop_, until);
  call.complete(Moved{bytes, call->args.rows});
}

Task<void> SimDataset::serve(Taken<verb::Fetch> call, SimAttempt* attempt) {
  const Time began = loop_.now();
  WorkerNode& node = attempt->executor->node;
  const Executor& source = workers_.executor(call->args.source);
  const std::uint32_t incarnation = source.incarnation;
  const Bytes bytes = call->args.bytes;
  if (!source.alive) {
    call.complete(Failure::executor_lost);
    co_return;
  }
  co_await env_.spend(*call, node.id);
  // One aggregate flow a reduce task: out of a node that holds some of it, into its own.
  SharedLink::Transfer out(source.node.network_out, bytes);
  SharedLink::Transfer in(node.network_in, bytes);
  out.begin();
  in.begin();
  co_await in;
  co_await out;
  if (source.incarnation != incarnation) {
    call.complete(Failure::executor_lost);
    co_return;
  }
  const Bandwidth rate = env_.settings.cluster.reduce_rate;
  const Time until = computed(began, bytes, rate, call->args.compute, node.id);
  if (until > loop_.now()) co_await sleep_until(loop_, until);
  call.complete(Moved{bytes, call->args.rows});
}

bool SimDataset::keep(SimAttempt& attempt, Bytes bytes) {
  const Bytes size = env_.settings.cluster.disk_size;
  if (size.count == 0) return true;
  WorkerNode& node = attempt.executor->node;
  if (node.stored + bytes > size) return false;
  node.stored += bytes;
  attempt.job->stored.emplace_back(&node, bytes);
  return true;
}

Task<void> SimDataset::serve(Taken<verb::Reserve> call, SimAttempt* attempt) {
  Executor& executor = *attempt->executor;
  const Bytes want = call->args.want;
  if (call->args.unspillable > executor.memory.capacity()) {
    call.complete(Failure::out_of_memory);
    compute_.lose_executor(executor, Failure::out_of_memory);
    co_return;
  }
  const Time asked = loop_.now();
  const ExecutionMemory::Grant grant = executor.memory.acquire(attempt->memory, want);
  if (grant.waiting) {
    workers_.memory().wait(1);
    auto told = co_await attempt->granted.wait();
    static_cast<void>(told);
    workers_.memory().wait(-1);
  } else {
    attempt->grant = grant.granted;
    workers_.memory().use(grant.granted.count);
  }
  workers_.memory().waited(loop_.now() - asked);
  const Bytes held = attempt->grant;
  if (Executor* victim = workers_.beyond_limit(executor.node)) {
    compute_.lose_executor(*victim, Failure::out_of_memory);
  }
  call.complete(Grant{held});
}

}  // namespace wavetank::sim
