#include "sim/world/models/group_model.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace wavetank::sim {

GroupModel::GroupModel(GroupSettings settings, std::vector<std::uint32_t> topics)
    : settings_(settings), topics_(std::move(topics)) {
  committed_.resize(std::accumulate(topics_.begin(), topics_.end(), std::size_t{0}));
}

const GroupModel::Member* GroupModel::find(MemberId member) const {
  const auto it = std::lower_bound(members_.begin(), members_.end(), member,
                                   [](const Member& m, MemberId id) { return m.id < id; });
  return it != members_.end() && it->id == member ? &*it : nullptr;
}

GroupModel::Member* GroupModel::find(MemberId member) {
  return const_cast<Member*>(std::as_const(*this).find(member));
}

MemberId GroupModel::join(std::uint32_t consumer, Time now) {
  expire(now);
  Member member;
  member.id = ++last_id_;
  member.consumer = consumer;
  member.joined = true;
  member.last_heartbeat = member.last_poll = now;
  members_.push_back(std::move(member));
  if (state_ == GroupState::preparing) {
    if (initial_ && generation_ == 0) company_ = true;
  } else {
    prepare(now);
  }
  complete_if_all_joined(now);
  return last_id_;
}

void GroupModel::leave(MemberId member, Time now) {
  expire(now);
  if (find(member)) remove(member, now);
}

HeartbeatAnswer GroupModel::heartbeat(MemberId member, Time now) {
  expire(now);
  Member* m = find(member);
  if (!m) return HeartbeatAnswer::evicted;
  if (!m->joined && now - m->last_poll >= settings_.max_poll_interval) {
    // The client's own heartbeat thread finds that its application polls too late, and leaves.
    ++counts_.late_polls;
    remove(member, now);
    return HeartbeatAnswer::evicted;
  }
  m->last_heartbeat = now;
  if (state_ != GroupState::preparing) return HeartbeatAnswer::ok;
  m->told = true;
  return HeartbeatAnswer::rebalance;
}

PollAnswer GroupModel::poll(MemberId member, Time now) {
  expire(now);
  Member* m = find(member);
  if (!m) return PollAnswer::evicted;
  m->last_poll = now;
  if (m->told && !m->joined) {
    m->joined = true;
    m->partitions.clear();
    m->last_heartbeat = now;
    complete_if_all_joined(now);
    m = find(member);
  }
  return m->joined ? PollAnswer::waiting : PollAnswer::fetch;
}

Result<Done> GroupModel::commit(MemberId member, std::uint32_t generation, std::uint32_t partition,
                                std::int64_t offset, Time now) {
  expire(now);
  Member* m = find(member);
  if (!m || generation != generation_) {
    ++counts_.refused_commits;
    return m ? Failure::fenced : Failure::evicted;
  }
  m->last_heartbeat = now;
  std::int64_t& committed = committed_.at(partition);
  committed = std::max(committed, offset);
  return Done{};
}

void GroupModel::rebalance(Time now) {
  expire(now);
  if (state_ == GroupState::stable) prepare(now);
}

Time GroupModel::poll_deadline_of(const Member& m) const {
  // It is the client that leaves when its poll is late, so one whose heartbeats have stopped does
  // not: it is paused or dead, and its session will time out.
  const Time due = m.last_poll + settings_.max_poll_interval;
  return m.last_heartbeat + settings_.heartbeat_interval >= due ? due : time_max;
}

Time GroupModel::deadline_of(const Member& m) const {
  if (m.joined) return time_max;
  return std::min(m.last_heartbeat + settings_.session_timeout, poll_deadline_of(m));
}

Time GroupModel::next_deadline() const {
  Time next = state_ == GroupState::preparing ? rebalance_due_ : time_max;
  for (const Member& m : members_) next = std::min(next, deadline_of(m));
  return next;
}

void GroupModel::expire(Time now) {
  for (Time due = next_deadline(); due <= now && due != time_max; due = next_deadline()) {
    const auto late = std::find_if(members_.begin(), members_.end(),
                                   [&](const Member& m) { return deadline_of(m) == due; });
    if (late == members_.end()) {
      rebalance_due(due);
      continue;
    }
    ++(poll_deadline_of(*late) == due ? counts_.late_polls : counts_.session_timeouts);
    remove(late->id, due);
  }
}

void GroupModel::remove(MemberId member, Time now) {
  std::erase_if(members_, [&](const Member& m) { return m.id == member; });
  if (state_ == GroupState::stable) prepare(now);
  complete_if_all_joined(now);
}

void GroupModel::prepare(Time now) {
  initial_ = state_ == GroupState::empty;
  company_ = false;
  state_ = GroupState::preparing;
  rebalance_limit_ = now + settings_.max_poll_interval;
  rebalance_due_ =
      initial_ ? std::min(now + settings_.initial_delay, rebalance_limit_) : rebalance_limit_;
}

void GroupModel::complete_if_all_joined(Time now) {
  if (state_ != GroupState::preparing) return;
  if (initial_ && !members_.empty()) return;
  const bool all =
      std::all_of(members_.begin(), members_.end(), [](const Member& m) { return m.joined; });
  if (all) complete(now);
}

void GroupModel::rebalance_due(Time now) {
  if (initial_ && company_ && now < rebalance_limit_) {
    company_ = false;
    rebalance_due_ = std::min(now + settings_.initial_delay, rebalance_limit_);
    return;
  }
  std::erase_if(members_, [](const Member& m) { return !m.joined; });
  complete(now);
}

void GroupModel::complete(Time now) {
  ++generation_;
  ++counts_.rebalances;
  state_ = members_.empty() ? GroupState::empty : GroupState::stable;
  initial_ = false;
  rebalance_due_ = rebalance_limit_ = time_max;
  std::vector<Member*> order;
  for (Member& m : members_) order.push_back(&m);
  std::stable_sort(order.begin(), order.end(),
                   [](const Member* a, const Member* b) { return a->consumer < b->consumer; });
  auto shares = assign(settings_.assignor, order.size(), topics_);
  for (std::size_t i = 0; i < order.size(); ++i) {
    Member& m = *order[i];
    m.partitions = std::move(shares[i]);
    m.joined = m.told = false;
    m.last_heartbeat = m.last_poll = now;
  }
}

std::span<const std::uint32_t> GroupModel::assigned(MemberId member) const {
  const Member* m = find(member);
  if (!m) return {};
  return m->partitions;
}

MemberId GroupModel::owner(std::uint32_t partition) const {
  for (const Member& m : members_) {
    if (std::binary_search(m.partitions.begin(), m.partitions.end(), partition)) return m.id;
  }
  return 0;
}

}  // namespace wavetank::sim
