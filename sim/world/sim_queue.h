#pragma once
// SimQueue: the log, one consumer group, and the client library's part in them (membership and
// heartbeats). A node that crashes without leaving keeps its partitions until its session times
// out.

#include <map>
#include <memory>

#include "sim/world/alarm.h"
#include "sim/world/env.h"
#include "sim/world/models/group_model.h"
#include "sim/world/models/log_model.h"
#include "system/base/signal.h"
#include "system/ports/resources.h"

namespace wavetank::sim {

class SimQueue final : public Queue {
 public:
  explicit SimQueue(Env& env);
  NodeId server() const override { return server_; }
  std::uint32_t partition_of(EntityId key, Topic topic) const override;

  /// Messages not committed, and the age of the oldest, over all topics that are consumed.
  std::int64_t lag() const;
  /// Messages never handed to a consumer.
  std::int64_t undelivered() const;
  Duration lag_age() const;
  std::int64_t dead_letters() const { return dead_.end(0); }
  const GroupCounts& group_counts() const { return group_.counts(); }
  /// One partition's row in a resource report: its lag.
  std::int64_t lag(Topic topic, std::uint32_t partition) const;
  std::uint32_t partitions() const { return partitions_; }

 private:
  /// What one answer took from a partition, as it was before.
  struct Fetched {
    std::uint32_t global;
    std::int64_t next, delivered;
  };
  struct Member {
    MemberId id = 0;
    std::uint32_t generation = 0;
    std::uint32_t turn = 0;          // where the next poll starts looking
    std::vector<std::int64_t> next;  // fetch position by partition of the group
    std::uint64_t number = 0;        // of the last answer
    std::vector<Fetched> last;       // what was in it
  };

  void submit(Call& call) override;
  Task<void> publish(Taken<verb::Publish> call);
  Task<void> poll(Taken<verb::Poll> call);
  Task<void> commit(Taken<verb::Commit> call);
  Task<void> beat(Node& node, MemberId id);
  Task<void> keep_group();
  Member& member(Node& node);
  void refresh(Member& member);
  void settle(Member& member, std::uint64_t arrived);
  bool fetch(Member& member, const verb::Poll::Args& args, verb::Poll::Reply& reply);
  void take(Member& member, std::uint32_t global, std::int64_t most, verb::Poll::Reply& reply);
  LogTopic<ProcessRecord>& log(std::uint32_t global) { return *topics_[global / partitions_]; }

  Env& env_;
  NodeId server_;
  std::uint32_t partitions_;
  Sampler append_;
  std::vector<std::unique_ptr<LogTopic<ProcessRecord>>> topics_;
  LogTopic<ProcessRecord> dead_;
  GroupModel group_;
  std::map<NodeId, Member> members_;
  std::vector<std::int64_t> delivered_;  // by partition of the group: the first never handed out
  std::uint64_t answers_ = 0;
  Signal arrived_;
  Alarm due_;
};

}  // namespace wavetank::sim
