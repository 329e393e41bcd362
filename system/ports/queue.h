#pragma once
// Queue: topics with keyed partitions, consumer groups, commits and rebalances.
//
// A node is one member of a group: it joins with its first poll and leaves with leave() or when its
// session times out. Heartbeats are the client library's business, not the service's.

#include <vector>

#include "system/ports/database.h"
#include "system/ports/port.h"

namespace wavetank {

/// One topic a priority, or one for all; the last is the dead letter topic.
enum class Topic : std::uint8_t { p0, p1, p2, dead_letter };
inline constexpr int topic_count = 4;

constexpr std::uint32_t place_of(Topic topic, std::uint32_t partition) {
  return (static_cast<std::uint32_t>(topic) << 16) | partition;
}

struct Delivery {
  ProcessRecord record;
  Topic topic{};
  std::uint32_t partition = 0;
  std::int64_t offset = 0;
  Time appended;
  bool redelivered = false;
  /// Topic and partition in one word, as events name them.
  std::uint32_t place() const { return place_of(topic, partition); }
};

struct Position {
  Topic topic{};
  std::uint32_t partition = 0;
  std::int64_t next = 0;  ///< the first offset not yet processed
};

namespace verb {

struct Publish {
  static constexpr Op op = Op::queue_publish;
  struct Args {
    Topic topic{};
    ProcessRecord record;  ///< keyed by its entity
  };
  struct Reply {
    std::int64_t offset = 0;
  };
};

struct Poll {
  static constexpr Op op = Op::queue_poll;
  struct Args {
    std::uint8_t group = 0;
    bool prefer_urgent = true;  ///< topics in order of priority, else round robin
    std::uint32_t most = 500;
    Duration wait = whole_seconds(1);
    std::uint64_t after = 0;  ///< Reply::number of the last answer that arrived; 0 for none yet
  };
  /// Records count as handed out once the member polls on after it: those of a lost answer are in
  /// the next one.
  struct Reply {
    std::vector<Delivery> deliveries;
    std::uint32_t generation = 0;
    std::uint64_t number = 0;
  };
};

struct Commit {
  static constexpr Op op = Op::queue_commit;
  struct Args {
    std::uint8_t group = 0;
    std::uint32_t generation = 0;
    std::vector<Position> positions;
    bool leave = false;  ///< leaves the group after the commit
  };
  using Reply = Done;    ///< fenced under an old generation, evicted when no longer a member
};

}  // namespace verb

class Queue : public Port {
 public:
  using Port::Port;

  CallAwaiter<verb::Publish> publish(Node& from, verb::Publish::Args args, const CallInfo& info) {
    const std::uint32_t partition = partition_of(args.record.ticket.entity, args.topic);
    auto* call = make<verb::Publish>(from, server(), std::move(args), info);
    call->partition = partition;
    return CallAwaiter<verb::Publish>(*this, call);
  }
  CallAwaiter<verb::Poll> poll(Node& from, verb::Poll::Args args, const CallInfo& info) {
    return CallAwaiter<verb::Poll>(*this, make<verb::Poll>(from, server(), args, info));
  }
  CallAwaiter<verb::Commit> commit(Node& from, verb::Commit::Args args, const CallInfo& info) {
    return CallAwaiter<verb::Commit>(*this,
                                     make<verb::Commit>(from, server(), std::move(args), info));
  }
  virtual NodeId server() const = 0;
  /// Kafka's default partitioner over the key's text.
  virtual std::uint32_t partition_of(EntityId key, Topic topic) const = 0;
};

}  // namespace wavetank
