#include "system/live/kafka_queue.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "system/base/murmur2.h"
#include "system/live/kafka_topics.h"
#include "system/live/wire.h"

namespace wavetank::live {
namespace {

constexpr Duration longest_commit = minutes(1);

}  // namespace

KafkaQueue::KafkaQueue(LiveEnv& env, KafkaLog::Sink log)
    : Queue(env.loop, env.gate, env.history),
      env_(env),
      target_(env.target.kafka),
      server_(env.hosts.add("queue").id()),
      partitions_(static_cast<std::uint32_t>(target_.partitions)),
      log_(std::move(log)),
      pending_(*this) {
  env.hosts.on_crash([this, alive = token_](NodeId node) {
    if (!alive.expired()) crash(node);
  });
}

KafkaQueue::~KafkaQueue() {
  alive_.reset();
  // All at once: each takes a round trip.
  for (auto& [key, member] : members_) member.consumer->leave();
}

std::uint32_t KafkaQueue::partition_of(EntityId key, Topic topic) const {
  if (topic == Topic::dead_letter) return 0;
  return kafka_partition(id_text(key), partitions_);
}

std::string KafkaQueue::ensure_topics(Duration within) {
  return create_topics(target_, log_, within);
}

void KafkaQueue::post(std::function<void()> job) {
  env_.inbox.post([alive = token_, job = std::move(job)] {
    if (!alive.expired()) job();
  });
}

void KafkaQueue::submit(Call& call) {
  switch (call.op) {
    case Op::queue_publish:
      return begin_publish(call);
    case Op::queue_poll:
      return begin_poll(call);
    default:
      return begin_commit(call);
  }
}

void KafkaQueue::begin_publish(Call& call) {
  const verb::Publish::Args& args = static_cast<CallOf<verb::Publish>&>(call).args;
  KafkaProducer::Message message;
  message.number = pending_.put(call);
  message.topic = topic_name(target_, args.topic);
  message.partition = call.partition;
  message.key = id_text(args.record.ticket.entity);
  message.value = encode(args.record, env_.clock);
  message.headers = {{"content-type", "application/json"},
                     {"run", env_.run},
                     {"node", call.caller->name()},
                     {"attempt", std::to_string(call.info.attempt)}};
  if (tracing_.outgoing) {
    const std::string trace = tracing_.outgoing(call, args.record);
    if (!trace.empty()) message.headers.emplace_back("traceparent", trace);
  }
  std::optional<Failure> failure;
  try {
    if (!producer_) {
      producer_ = std::make_unique<KafkaProducer>(
          target_, log_, [this](std::vector<KafkaProducer::Receipt> receipts) {
            post([this, receipts = std::move(receipts)] {
              for (const KafkaProducer::Receipt& receipt : receipts) published(receipt);
            });
          });
    }
    failure = producer_->send(message);
  } catch (const std::runtime_error& error) {
    log_.add(3, error.what());
    failure = Failure::unavailable;
  }
  if (failure) published({message.number, failure, 0});
}

void KafkaQueue::published(const KafkaProducer::Receipt& receipt) {
  if (receipt.failure) return pending_.answer<verb::Publish>(receipt.number, *receipt.failure);
  const Call* call = pending_.find(receipt.number);
  if (call == nullptr) return;
  const auto& args = static_cast<const CallOf<verb::Publish>*>(call)->args;
  Event e;
  e.kind =
      args.topic == Topic::dead_letter ? EventKind::message_parked : EventKind::message_published;
  e.ticket = args.record.ticket;
  e.process = args.record.process;
  e.node = server_;
  e.attempt = call->partition;
  e.value = (loop_.now() - args.record.accepted).ns;
  e.cause = args.record.cause;
  history_.note(e);
  pending_.answer<verb::Publish>(receipt.number, verb::Publish::Reply{receipt.offset});
}

KafkaConsumer::Told KafkaQueue::told_of(std::uint64_t member) {
  KafkaConsumer::Told told;
  told.polled = [this](KafkaConsumer::Polled answer) {
    post([this, shared = std::make_shared<KafkaConsumer::Polled>(std::move(answer))] {
      polled(std::move(*shared));
    });
  };
  told.committed = [this](KafkaConsumer::Committed answer) {
    post([this, answer = std::move(answer)] { committed(answer); });
  };
  told.ended = [this, member] { post([this, member] { ending_.erase(member); }); };
  return told;
}

KafkaQueue::Member& KafkaQueue::member(const Node& node, std::uint8_t group) {
  Member& member = members_[{node.id(), group}];
  if (member.consumer) return member;
  member.id = ++last_member_;
  std::string name = node.name();
  std::replace(name.begin(), name.end(), '/', '-');
  member.consumer = std::make_unique<KafkaConsumer>(target_, KafkaConsumer::Member{group, name},
                                                    env_.clock, log_, handed_, told_of(member.id));
  return member;
}

void KafkaQueue::begin_poll(Call& call) {
  // A fetch is answered over its own connection: once.
  if (call.repeated) return drop(call);
  const verb::Poll::Args& args = static_cast<CallOf<verb::Poll>&>(call).args;
  if (draining_) {
    const auto found = members_.find({call.caller->id(), args.group});
    if (found != members_.end()) {
      found->second.consumer->leave();
      leave(found);
    }
    return drop(call);
  }
  Member& asks = member(*call.caller, args.group);
  asks.consumer->poll(pending_.put(call), args);
}

void KafkaQueue::polled(KafkaConsumer::Polled answer) {
  if (answer.reply.ok() && tracing_.incoming && pending_.find(answer.number) != nullptr) {
    for (std::size_t i = 0; i < answer.traces.size(); ++i) {
      if (answer.traces[i].empty()) continue;
      tracing_.incoming(answer.reply->deliveries[i], answer.traces[i]);
    }
  }
  pending_.answer<verb::Poll>(answer.number, std::move(answer.reply));
}

void KafkaQueue::begin_commit(Call& call) {
  const verb::Commit::Args& args = static_cast<CallOf<verb::Commit>&>(call).args;
  const auto found = members_.find({call.caller->id(), args.group});
  const std::uint64_t number = pending_.put(call);
  if (found == members_.end()) {
    return pending_.answer<verb::Commit>(number, Failure::evicted);
  }
  const Duration left = std::min(call.info.deadline - loop_.now(), longest_commit);
  found->second.consumer->commit(number, args, left);
  if (args.leave) leave(found);
}

/// Its thread goes on until it is done.
void KafkaQueue::leave(std::map<MemberKey, Member>::iterator member) {
  const std::uint64_t id = member->second.id;
  ending_.emplace(id, std::move(member->second));
  members_.erase(member);
}

bool KafkaQueue::drained() const {
  return members_.empty() && ending_.empty() && pending_.size() == 0;
}

void KafkaQueue::committed(const KafkaConsumer::Committed& answer) {
  const Call* call = pending_.find(answer.number);
  if (call == nullptr) return;
  for (const Position& position : answer.positions) {
    Event e;
    e.kind = EventKind::offset_committed;
    e.node = call->caller->id();
    e.attempt = place_of(position.topic, position.partition);
    e.value = position.next;
    history_.note(e);
  }
  pending_.answer<verb::Commit>(answer.number, answer.result);
}

// Its client library dies with the node; what it had published goes on.
void KafkaQueue::crash(NodeId node) {
  pending_.drop_if([node](const Call& call) {
    return call.caller->id() == node && call.op != Op::queue_publish;
  });
  for (auto at = members_.begin(); at != members_.end();) {
    if (at->first.first != node) {
      ++at;
      continue;
    }
    at->second.consumer->crash();
    ending_.emplace(at->second.id, std::move(at->second));
    at = members_.erase(at);
  }
}

void KafkaQueue::watch_lag(Duration every) {
  try {
    lag_ = std::make_unique<KafkaLag>(target_, 0, every, log_);
  } catch (const std::runtime_error& error) {
    log_.add(3, error.what());
  }
}

std::int64_t KafkaQueue::lag(Topic topic, std::uint32_t partition) const {
  const auto place = lag_ ? lag_->at(topic, partition) : std::nullopt;
  return place ? std::max<std::int64_t>(place->end - place->committed, 0) : 0;
}

std::int64_t KafkaQueue::lag() const {
  std::int64_t total = 0;
  for (int t = 0; t < consumed_topics; ++t) {
    for (std::uint32_t p = 0; p < partitions_; ++p) total += lag(static_cast<Topic>(t), p);
  }
  return total;
}

std::int64_t KafkaQueue::undelivered() const {
  std::int64_t total = 0;
  for (int t = 0; t < consumed_topics; ++t) {
    const auto topic = static_cast<Topic>(t);
    for (std::uint32_t p = 0; p < partitions_; ++p) {
      const auto place = lag_ ? lag_->at(topic, p) : std::nullopt;
      if (!place) continue;
      const std::int64_t from = std::max(place->committed, handed_.mark(0, place_of(topic, p)));
      total += std::max<std::int64_t>(place->end - from, 0);
    }
  }
  return total;
}

std::optional<Duration> KafkaQueue::lag_age() const { return lag_ ? lag_->age() : std::nullopt; }

}  // namespace wavetank::live
