#pragma once
// A queue on a real broker, on topics that no other test has, and two members of its group.

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "system/live/kafka_queue.h"
#include "system/live/kafka_topics.h"
#include "tests/live/fixture.h"

namespace wavetank::live {

/// The cluster's target, with topics that no other test has.
inline Target own_topics(const Target& cluster) {
  Target target = cluster;
  target.kafka.prefix = "wavetank-test." + fresh_run() + ".";
  target.kafka.session_timeout = whole_seconds(6);  // the least that a broker takes unasked
  target.kafka.poll_interval_max = whole_seconds(8);
  return target;
}

class Heard final : public Observer {
 public:
  void on_event(const Event& event) override { events.push_back(event); }
  std::size_t count(EventKind kind) const {
    return static_cast<std::size_t>(std::count_if(
        events.begin(), events.end(), [kind](const Event& e) { return e.kind == kind; }));
  }
  std::vector<Event> events;
};

inline ProcessRecord record_of(std::uint32_t process, std::uint32_t entity) {
  ProcessRecord record;
  record.process = ProcessId{process};
  record.ticket.entity = EntityId{entity};
  record.ticket.output = OutputId{process};
  return record;
}

/// A queue on topics of its own, and two members of its group.
class Topics {
 public:
  explicit Topics(const Target& of, bool there = true)
      : target(of), bench(target), queue(std::make_unique<KafkaQueue>(bench.core.env)) {
    bench.core.history.subscribe_all(heard);
    if (there) REQUIRE(queue->ensure_topics() == "");
    removed_ = !there;
  }
  ~Topics() {
    queue.reset();
    KafkaLog log;
    if (!removed_) CHECK(delete_topics(target.kafka, log, whole_seconds(20)) == "");
  }

  auto publish(const ProcessRecord& record, Topic topic = Topic::p0,
               Duration within = whole_seconds(20)) {
    verb::Publish::Args args;
    args.topic = topic;
    args.record = record;
    return bench.ask([&] { return queue->publish(bench.caller, args, bench.info(within)); });
  }
  void publish_all(std::uint32_t count, std::uint32_t entities) {
    for (std::uint32_t n = 0; n < count; ++n) {
      REQUIRE(publish(record_of(n, n % entities)).ok());
    }
  }
  verb::Poll::Reply poll(Node& member) {
    verb::Poll::Args args;
    args.after = after[member.id()];
    const auto reply =
        bench.ask([&] { return queue->poll(member, args, bench.info(whole_seconds(30))); });
    REQUIRE(reply.ok());
    after[member.id()] = reply->number;
    generation = reply->generation;
    return *reply;
  }
  std::vector<Delivery> take(Node& member, std::size_t count, int polls = 30) {
    std::vector<Delivery> all;
    for (int i = 0; i < polls && all.size() < count; ++i) {
      const auto reply = poll(member);
      all.insert(all.end(), reply.deliveries.begin(), reply.deliveries.end());
    }
    return all;
  }
  auto commit(Node& member, const std::vector<Delivery>& done, bool leave = false) {
    verb::Commit::Args args;
    args.generation = generation;
    args.leave = leave;
    for (const Delivery& d : done) args.positions.push_back({d.topic, d.partition, d.offset + 1});
    return bench.ask([&] { return queue->commit(member, args, bench.info()); });
  }
  /// Something that is none of our records, as a stranger would send it.
  void throw_in(const std::string& value, std::uint32_t partition) {
    KafkaLog log;
    std::atomic<int> taken = 0;
    KafkaProducer stranger(target.kafka, log, [&](std::vector<KafkaProducer::Receipt> receipts) {
      for (const auto& receipt : receipts) taken += receipt.failure ? 0 : 1;
    });
    KafkaProducer::Message message;
    message.topic = topic_name(target.kafka, Topic::p0);
    message.partition = partition;
    message.key = "k";
    message.value = value;
    CHECK(!stranger.send(message));
    REQUIRE(bench.wait_for([&] { return taken == 1; }));
  }

  const Target target;
  Bench bench;
  Heard heard;
  std::unique_ptr<KafkaQueue> queue;
  Node& first = bench.core.hosts.add("member/0");
  Node& second = bench.core.hosts.add("member/1");
  std::map<NodeId, std::uint64_t> after;
  std::uint32_t generation = 0;

 private:
  bool removed_ = false;
};

}  // namespace wavetank::live
