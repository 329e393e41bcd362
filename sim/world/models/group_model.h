#pragma once
// A consumer group as Kafka's group coordinator keeps it (eager protocol).
//
// A rebalance starts when a member joins, leaves, misses its session timeout or polls too late. The
// other members learn of it from their next heartbeat and rejoin with their next poll; until then
// they consume and commit as before. It completes when all have rejoined; who has not done so
// within max_poll_interval is dropped. The first join of an empty group waits initial_delay for
// company. A commit under an old generation is fenced, one by a dropped member evicted.
//
// A member that crashes without leaving is noticed 45 s after its last heartbeat or commit, and the
// others rejoin at most one heartbeat later: its partitions stall for 42 to 48 s.
//
// The model keeps no timer: after any call, expire(now) is due at next_deadline().

#include <cstdint>
#include <span>
#include <vector>

#include "sim/world/models/assignor.h"
#include "system/base/result.h"
#include "system/base/time.h"

namespace wavetank::sim {

/// Defaults: session.timeout.ms, heartbeat.interval.ms, max.poll.interval.ms and
/// group.initial.rebalance.delay.ms of Kafka 3.
struct GroupSettings {
  Duration session_timeout = whole_seconds(45);
  Duration heartbeat_interval = whole_seconds(3);
  Duration max_poll_interval = whole_seconds(300);
  Duration initial_delay = whole_seconds(3);
  Assignor assignor = Assignor::range;
};

/// Names one membership; a consumer that joins again gets another. 0 names none.
using MemberId = std::uint64_t;

enum class GroupState : std::uint8_t { empty, preparing, stable };

enum class HeartbeatAnswer : std::uint8_t {
  ok,
  rebalance,  ///< rejoin with the next poll
  evicted,    ///< no longer a member: join again
};

enum class PollAnswer : std::uint8_t {
  fetch,    ///< go on with the partitions assigned
  waiting,  ///< (re)joined: owns nothing until the generation changes
  evicted,
};

struct GroupCounts {
  std::int64_t rebalances = 0;
  std::int64_t session_timeouts = 0;
  std::int64_t late_polls = 0;
  std::int64_t refused_commits = 0;
};

class GroupModel {
 public:
  /// `topics`: the number of partitions of each topic that the group reads; see assign().
  GroupModel(GroupSettings settings, std::vector<std::uint32_t> topics);

  /// `consumer` orders members within the group, as client.id does: replica 3 keeps its place when
  /// it joins again.
  MemberId join(std::uint32_t consumer, Time now);
  void leave(MemberId member, Time now);
  HeartbeatAnswer heartbeat(MemberId member, Time now);
  /// Rejoins where a heartbeat has asked for it.
  PollAnswer poll(MemberId member, Time now);
  /// All records before `offset` are processed. Never moves a partition's offset back.
  Result<Done> commit(MemberId member, std::uint32_t generation, std::uint32_t partition,
                      std::int64_t offset, Time now);
  /// A rebalance without a change of members, as an operator or a fault may force.
  void rebalance(Time now);

  /// The next moment at which expire() has work, or time_max. Only joins, leaves and rebalances
  /// can bring it forward.
  Time next_deadline() const;
  /// Does all that is due up to `now`, each at its own time.
  void expire(Time now);

  GroupState state() const { return state_; }
  /// Grows with each completed rebalance.
  std::uint32_t generation() const { return generation_; }
  std::size_t members() const { return members_.size(); }
  bool is_member(MemberId member) const { return find(member) != nullptr; }
  /// Partitions the member owns now; empty while it waits for a rebalance.
  std::span<const std::uint32_t> assigned(MemberId member) const;
  /// Who owns the partition, or 0. A crashed member does until it is dropped.
  MemberId owner(std::uint32_t partition) const;
  std::int64_t committed(std::uint32_t partition) const { return committed_.at(partition); }
  const GroupCounts& counts() const { return counts_; }

 private:
  struct Member {
    MemberId id = 0;
    std::uint32_t consumer = 0;
    bool joined = false;  // waits for the rebalance to complete
    bool told = false;    // knows of it from a heartbeat
    Time last_heartbeat{};
    Time last_poll{};
    std::vector<std::uint32_t> partitions;
  };

  const Member* find(MemberId member) const;
  Member* find(MemberId member);
  Time deadline_of(const Member& member) const;
  Time poll_deadline_of(const Member& member) const;
  void remove(MemberId member, Time now);
  void prepare(Time now);
  void complete_if_all_joined(Time now);
  void rebalance_due(Time now);
  void complete(Time now);

  GroupSettings settings_;
  std::vector<std::uint32_t> topics_;
  std::vector<std::int64_t> committed_;  // by partition
  std::vector<Member> members_;          // ascending id
  GroupCounts counts_;
  GroupState state_ = GroupState::empty;
  std::uint32_t generation_ = 0;
  MemberId last_id_ = 0;
  Time rebalance_due_ = time_max;    // while preparing
  Time rebalance_limit_ = time_max;  // while preparing
  bool initial_ = false;             // preparing, and waiting for company
  bool company_ = false;             // someone joined during the initial delay
};

}  // namespace wavetank::sim
