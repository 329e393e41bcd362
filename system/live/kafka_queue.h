#pragma once
// KafkaQueue: the queue of a live world, on a real broker.
//
// A process has one idempotent producer, and each of its nodes that polls is one member of its
// group (see kafka_consumer.h). A node that crashes is gone from its group without a word. Where a
// broker refuses connections a publish is refused once its record has been taken back unsent; where
// it does not answer, calls meet their deadlines, and a poll comes back empty.
//
// A record is JSON (see wire.h), keyed by its entity's text, with the headers run, node, attempt,
// content-type and, where there is one, traceparent. What is no such record is passed over: it is
// counted and logged, and its offset committed with those before it.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "system/live/handed_out.h"
#include "system/live/kafka_client.h"
#include "system/live/kafka_consumer.h"
#include "system/live/kafka_lag.h"
#include "system/live/kafka_producer.h"
#include "system/live/live_env.h"
#include "system/live/pending_calls.h"
#include "system/ports/queue.h"

namespace wavetank::live {

class KafkaQueue final : public Queue {
 public:
  /// How a trace crosses the log. Called on the loop's thread.
  struct Tracing {
    /// The traceparent header of a record that is published; empty for none.
    std::function<std::string(const Call& call, const ProcessRecord& record)> outgoing;
    /// A record came with one.
    std::function<void(const Delivery& delivery, const std::string& traceparent)> incoming;
  };

  /// `log` hears the client library's words, on any thread. Contacts nobody yet.
  explicit KafkaQueue(LiveEnv& env, KafkaLog::Sink log = nullptr);
  /// Members leave their groups.
  ~KafkaQueue() override;

  NodeId server() const override { return server_; }
  std::uint32_t partition_of(EntityId key, Topic topic) const override;

  void trace(Tracing tracing) { tracing_ = std::move(tracing); }
  /// Blocks, before the run starts: see kafka_topics.h.
  std::string ensure_topics(Duration within = whole_seconds(20));
  /// The last thing that went wrong with a broker, in the client library's words.
  std::string last_error() const { return log_.last_error(); }
  /// Records that nobody here could read.
  std::int64_t broken_records() const { return handed_.broken; }

  /// Hands out nothing any more: who polls next has handled and committed what it had, and leaves
  /// its group. Drained once all have left and what was published is acknowledged.
  void drain() { draining_ = true; }
  bool drained() const;

  /// From now on asks the broker for the lag of group 0 so often.
  void watch_lag(Duration every = whole_seconds(1));
  /// Messages not committed, by the last answer; 0 while there is none.
  std::int64_t lag(Topic topic, std::uint32_t partition) const;
  std::int64_t lag() const;
  /// Messages never handed to a consumer: to one of this process, or to one that committed.
  std::int64_t undelivered() const;
  /// How old those figures are; empty before the first. It grows while no broker answers.
  std::optional<Duration> lag_age() const;
  std::uint32_t partitions() const { return partitions_; }

 private:
  using MemberKey = std::pair<NodeId, std::uint8_t>;
  struct Member {
    std::uint64_t id = 0;
    std::unique_ptr<KafkaConsumer> consumer;
  };

  void submit(Call& call) override;
  void begin_publish(Call& call);
  void begin_poll(Call& call);
  void begin_commit(Call& call);
  void published(const KafkaProducer::Receipt& receipt);
  void polled(KafkaConsumer::Polled polled);
  void committed(const KafkaConsumer::Committed& committed);
  Member& member(const Node& node, std::uint8_t group);
  KafkaConsumer::Told told_of(std::uint64_t member);
  void leave(std::map<MemberKey, Member>::iterator member);
  void crash(NodeId node);
  /// `job` on the loop's thread, unless this has gone by then.
  void post(std::function<void()> job);

  LiveEnv& env_;
  const KafkaTarget target_;
  NodeId server_;
  std::uint32_t partitions_;
  KafkaLog log_;
  Tracing tracing_;
  HandedOut handed_;
  PendingCalls pending_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  const std::weak_ptr<bool> token_ = alive_;  ///< what other threads copy
  std::unique_ptr<KafkaProducer> producer_;
  std::unique_ptr<KafkaLag> lag_;
  std::map<MemberKey, Member> members_;
  std::map<std::uint64_t, Member> ending_;  ///< left or crashed, until their threads are done
  std::uint64_t last_member_ = 0;
  bool draining_ = false;
};

}  // namespace wavetank::live
