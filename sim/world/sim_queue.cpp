#include "sim/world/sim_queue.h"

#include <algorithm>
#include <string>

#include "system/base/murmur2.h"

namespace wavetank::sim {
namespace {

constexpr std::uint32_t consumed_topics = 3;
constexpr std::uint32_t record_bytes = 400;

}  // namespace

SimQueue::SimQueue(Env& env)
    : Queue(env.loop(), env.gate(), env.history()),
      env_(env),
      server_(env.hosts.add("queue").id()),
      partitions_(static_cast<std::uint32_t>(env.settings.queue.partitions)),
      append_(env.settings.queue.append),
      dead_(1),
      group_(env.settings.queue.group, std::vector<std::uint32_t>(consumed_topics, partitions_)),
      delivered_(std::size_t{consumed_topics} * partitions_, 0),
      arrived_(env.loop()),
      due_(env.loop()) {
  for (std::uint32_t t = 0; t < consumed_topics; ++t) {
    topics_.push_back(std::make_unique<LogTopic<ProcessRecord>>(partitions_));
    topics_.back()->add_group();
  }
  // What a consumer had read dies with it; the group keeps its membership until the session ends.
  env.hosts.on_crash([this](NodeId node) { members_.erase(node); });
  env.root().spawn(keep_group());
}

std::uint32_t SimQueue::partition_of(EntityId key, Topic topic) const {
  if (topic == Topic::dead_letter) return 0;
  char text[16];
  char* end = text + sizeof(text);
  char* at = end;
  std::uint32_t rest = key.value;
  do {
    *--at = static_cast<char>('0' + rest % 10);
    rest /= 10;
  } while (rest != 0);
  *--at = 'e';
  const std::string_view name(at, static_cast<std::size_t>(end - at));
  return static_cast<std::uint32_t>(kafka_partition(name, partitions_));
}

void SimQueue::submit(Call& call) {
  switch (call.op) {
    case Op::queue_publish:
      return env_.root().start(publish(Taken<verb::Publish>(*this, call)));
    case Op::queue_poll:
      // The client library runs in the consumer: it dies and pauses with it.
      return env_.hosts.group(call.caller->id()).start(poll(Taken<verb::Poll>(*this, call)));
    default:
      return env_.root().start(commit(Taken<verb::Commit>(*this, call)));
  }
}

Task<void> SimQueue::publish(Taken<verb::Publish> call) {
  const Duration there = env_.network.request(*call, Bytes{record_bytes});
  co_await sleep(loop_, there);
  co_await env_.spend(*call, server_);
  static constexpr Purpose purpose("queue.append");
  const Duration work = env_.service(append_, *call, purpose);
  co_await sleep(loop_, work);
  const verb::Publish::Args& args = call->args;
  const Time now = loop_.now();
  const bool dead = args.topic == Topic::dead_letter;
  LogTopic<ProcessRecord>& log = dead ? dead_ : *topics_[static_cast<std::size_t>(args.topic)];
  const std::int64_t offset = log.append(call->partition, args.record, record_bytes, now);
  if (dead) dead_.drop_before(0, offset);
  Event e;
  e.kind = EventKind::message_published;
  e.ticket = args.record.ticket;
  e.process = args.record.process;
  e.node = server_;
  e.attempt = call->partition;
  e.value = (now - args.record.accepted).ns;
  e.cause = args.record.cause;
  if (dead) e.kind = EventKind::message_parked;
  history_.note(e);
  if (!dead) arrived_.notify_all();
  const Duration back = env_.network.reply(*call, Bytes{100});
  co_await sleep(loop_, back);
  call.complete(verb::Publish::Reply{offset});
}

SimQueue::Member& SimQueue::member(Node& node) {
  Member& m = members_[node.id()];
  if (m.id != 0 && group_.is_member(m.id)) return m;
  const std::size_t slash = node.name().find('/');
  const std::uint32_t replica =
      slash == std::string::npos
          ? node.id().value
          : static_cast<std::uint32_t>(std::stoul(node.name().substr(slash + 1)));
  m = Member{};
  m.id = group_.join(replica, loop_.now());
  due_.set(group_.next_deadline());
  env_.hosts.group(node.id()).spawn(beat(node, m.id));
  return m;
}

Task<void> SimQueue::beat(Node& node, MemberId id) {
  static_cast<void>(node);
  for (;;) {
    co_await sleep(loop_, env_.settings.queue.group.heartbeat_interval);
    const HeartbeatAnswer answer = group_.heartbeat(id, loop_.now());
    due_.set(group_.next_deadline());
    if (answer == HeartbeatAnswer::evicted) co_return;
  }
}

Task<void> SimQueue::keep_group() {
  for (;;) {
    co_await due_.ring();
    const std::uint32_t before = group_.generation();
    group_.expire(loop_.now());
    due_.set(group_.next_deadline());
    if (group_.generation() != before) arrived_.notify_all();
  }
}

// A new generation starts from what is committed: what was read but not committed comes again.
void SimQueue::refresh(Member& m) {
  if (m.generation == group_.generation() && !m.next.empty()) return;
  m.generation = group_.generation();
  m.last.clear();
  m.next.assign(delivered_.size(), 0);
  for (const std::uint32_t p : group_.assigned(m.id)) m.next[p] = group_.committed(p);
}

// The client goes on from what it has: an answer that did not arrive is fetched again.
void SimQueue::settle(Member& m, std::uint64_t arrived) {
  if (arrived != m.number) {
    for (const Fetched& lost : m.last) {
      m.next[lost.global] = lost.next;
      delivered_[lost.global] = lost.delivered;
    }
  }
  m.last.clear();
}

void SimQueue::take(Member& m, std::uint32_t global, std::int64_t most, verb::Poll::Reply& reply) {
  const auto topic = static_cast<Topic>(global / partitions_);
  const std::uint32_t partition = global % partitions_;
  std::int64_t& next = m.next[global];
  if (next == log(global).end(partition)) return;
  m.last.push_back({global, next, delivered_[global]});
  const auto visit = [&](std::int64_t offset, const LogTopic<ProcessRecord>::Entry& entry) {
    Delivery d;
    d.record = entry.record;
    d.topic = topic;
    d.partition = partition;
    d.offset = offset;
    d.appended = entry.appended;
    d.redelivered = offset < delivered_[global];
    reply.deliveries.push_back(d);
  };
  next = log(global).read(partition, next, most, std::int64_t{1} << 40, visit);
  delivered_[global] = std::max(delivered_[global], next);
}

bool SimQueue::fetch(Member& m, const verb::Poll::Args& args, verb::Poll::Reply& reply) {
  const std::span<const std::uint32_t> owned = group_.assigned(m.id);
  const std::size_t n = owned.size();
  reply.generation = m.generation;
  const std::uint32_t start = args.prefer_urgent ? 0 : m.turn++;
  for (std::size_t i = 0; i < n; ++i) {
    const auto room = static_cast<std::int64_t>(args.most - reply.deliveries.size());
    if (room <= 0) break;
    take(m, owned[(start + i) % n], room, reply);
  }
  return !reply.deliveries.empty();
}

Task<void> SimQueue::poll(Taken<verb::Poll> call) {
  if (call->repeated) co_return;  // a fetch is answered over its own connection: once
  Node& node = *call->caller;
  const Time until = loop_.now() + call->args.wait;
  const Duration there = env_.network.request(*call, Bytes{200});
  co_await sleep(loop_, there);
  verb::Poll::Reply reply;
  for (;;) {
    Member& m = member(node);
    const PollAnswer answer = group_.poll(m.id, loop_.now());
    due_.set(group_.next_deadline());
    if (answer == PollAnswer::evicted) {
      m.id = 0;
      continue;
    }
    if (answer == PollAnswer::fetch) {
      refresh(m);
      settle(m, call->args.after);
      if (fetch(m, call->args, reply)) break;
    }
    if (loop_.now() >= until) break;
    auto notified = co_await arrived_.wait_until(until);
    static_cast<void>(notified);
  }
  co_await env_.spend(*call, server_);
  reply.number = ++answers_;
  members_[node.id()].number = reply.number;
  const Duration back = env_.network.reply(*call, Bytes{200});
  co_await sleep(loop_, back);
  call.complete(std::move(reply));
}

Task<void> SimQueue::commit(Taken<verb::Commit> call) {
  const Duration there = env_.network.request(*call, Bytes{200});
  co_await sleep(loop_, there);
  co_await env_.spend(*call, server_);
  const auto found = members_.find(call->caller->id());
  Result<Done> result = Done{};
  if (found == members_.end()) {
    call.complete(Failure::evicted);
    co_return;
  }
  const MemberId id = found->second.id;
  for (const Position& position : call->args.positions) {
    const std::uint32_t topic = static_cast<std::uint32_t>(position.topic);
    const std::uint32_t global = topic * partitions_ + position.partition;
    const Result<Done> one =
        group_.commit(id, call->args.generation, global, position.next, loop_.now());
    if (!one.ok()) {
      result = one.failure();
      continue;
    }
    topics_[topic]->commit(0, position.partition, position.next);
    Event e;
    e.kind = EventKind::offset_committed;
    e.node = call->caller->id();
    e.attempt = place_of(position.topic, position.partition);
    e.value = position.next;
    history_.note(e);
  }
  if (call->args.leave) group_.leave(id, loop_.now());
  due_.set(group_.next_deadline());
  const Duration back = env_.network.reply(*call, Bytes{100});
  co_await sleep(loop_, back);
  call.complete(result);
}

std::int64_t SimQueue::lag() const {
  std::int64_t total = 0;
  for (const auto& topic : topics_) {
    for (std::uint32_t p = 0; p < partitions_; ++p) total += topic->lag(0, p);
  }
  return total;
}

std::int64_t SimQueue::undelivered() const {
  std::int64_t total = 0;
  for (std::uint32_t global = 0; global < delivered_.size(); ++global) {
    total += topics_[global / partitions_]->end(global % partitions_) - delivered_[global];
  }
  return total;
}

std::int64_t SimQueue::lag(Topic topic, std::uint32_t partition) const {
  return topics_[static_cast<std::size_t>(topic)]->lag(0, partition);
}

Duration SimQueue::lag_age() const {
  Duration oldest{};
  for (const auto& topic : topics_) {
    for (std::uint32_t p = 0; p < partitions_; ++p) {
      oldest = std::max(oldest, topic->lag_age(0, p, loop_.now()));
    }
  }
  return oldest;
}

}  // namespace wavetank::sim
