#include <doctest/doctest.h>
#include <map>
#include <rapidcheck.h>
#include <utility>
#include <vector>

#include "sim/world/models/group_model.h"

using namespace wavetank;
using namespace wavetank::sim;

namespace {

Time ms(std::int64_t n) { return Time{} + milliseconds(n); }

std::vector<std::uint32_t> owned(const GroupModel& group, MemberId member) {
  const auto span = group.assigned(member);
  return {span.begin(), span.end()};
}

/// A group of `n` consumers over `partitions`, stable since 3 s.
std::vector<MemberId> form(GroupModel& group, std::uint32_t n) {
  std::vector<MemberId> members;
  for (std::uint32_t i = 0; i < n; ++i) members.push_back(group.join(i, ms(0)));
  while (group.state() != GroupState::stable) group.expire(group.next_deadline());
  return members;
}

using Partitions = std::vector<std::uint32_t>;

}  // namespace

TEST_CASE("the first rebalance waits 3 s for company, and 3 s more when company came") {
  GroupModel group({}, {4});
  const MemberId a = group.join(0, ms(0));
  CHECK(group.state() == GroupState::preparing);
  CHECK(group.next_deadline() == ms(3000));
  const MemberId b = group.join(1, ms(2000));
  group.expire(ms(3000));
  CHECK(group.state() == GroupState::preparing);
  CHECK(group.next_deadline() == ms(6000));
  CHECK(group.poll(a, ms(4000)) == PollAnswer::waiting);
  group.expire(ms(6000));
  CHECK(group.state() == GroupState::stable);
  CHECK(group.generation() == 1);
  CHECK(owned(group, a) == Partitions{0, 1});
  CHECK(owned(group, b) == Partitions{2, 3});
  CHECK(group.owner(2) == b);
}

TEST_CASE("range gives each topic's first members one more; round robin deals through topics") {
  CHECK(assign(Assignor::range, 3, {4, 4}) ==
        std::vector<Partitions>{{0, 1, 4, 5}, {2, 6}, {3, 7}});
  CHECK(assign(Assignor::round_robin, 3, {4, 4}) ==
        std::vector<Partitions>{{0, 3, 6}, {1, 4, 7}, {2, 5}});
  CHECK(assign(Assignor::range, 3, {2}) == std::vector<Partitions>{{0}, {1}, {}});
}

TEST_CASE("a new member rebalances once all others have heard of it and polled") {
  GroupModel group({}, {4});
  const auto m = form(group, 2);
  const Time t = group.next_deadline();  // some time later, still stable
  CHECK(t > ms(6000));
  const MemberId late = group.join(2, ms(7000));
  CHECK(group.state() == GroupState::preparing);
  CHECK(group.poll(m[0], ms(7100)) == PollAnswer::fetch);  // not told yet: consumes as before
  CHECK(group.commit(m[0], 1, 0, 5, ms(7100)).ok());
  CHECK(group.heartbeat(m[0], ms(7200)) == HeartbeatAnswer::rebalance);
  CHECK(group.poll(m[0], ms(7300)) == PollAnswer::waiting);
  CHECK(owned(group, m[0]).empty());
  CHECK(owned(group, m[1]) == Partitions{2, 3});
  CHECK(group.heartbeat(m[1], ms(8000)) == HeartbeatAnswer::rebalance);
  CHECK(group.poll(m[1], ms(8100)) == PollAnswer::fetch);  // its poll completed the rebalance
  CHECK(group.generation() == 2);
  CHECK(owned(group, m[0]) == Partitions{0, 1});
  CHECK(owned(group, m[1]) == Partitions{2});
  CHECK(owned(group, late) == Partitions{3});
  CHECK(group.commit(m[0], 1, 0, 6, ms(8200)).failure() == Failure::fenced);
  CHECK(group.committed(0) == 5);
}

TEST_CASE("a crash without leave stalls its partitions 42 to 48 s") {
  // The crashed member's last heartbeat, its crash and the survivor's heartbeats have any phase.
  for (std::int64_t crash = 0; crash < 3000; crash += 250) {
    for (std::int64_t phase = 0; phase < 3000; phase += 250) {
      GroupModel group({}, {4});
      const auto m = form(group, 2);
      const std::int64_t start = 6000;
      std::int64_t stall = -1;
      for (std::int64_t t = start; stall < 0; t += 250) {
        group.expire(ms(t));
        const bool dead = t > start + 30'000 + crash;
        if (!dead && t % 3000 == 0) group.heartbeat(m[0], ms(t));
        if (!dead) group.poll(m[0], ms(t));
        if (t % 3000 == phase) group.heartbeat(m[1], ms(t));
        group.poll(m[1], ms(t));
        if (group.owner(0) == m[1]) stall = t - (start + 30'000 + crash);
      }
      CHECK(stall >= 42'000);
      CHECK(stall <= 48'000);
      CHECK(group.counts().session_timeouts == 1);
    }
  }
}

TEST_CASE("more than 300 s between polls evicts, and the zombie's commit is refused") {
  GroupModel group({}, {2});
  const auto m = form(group, 2);
  const std::int64_t start = 6000;
  for (std::int64_t t = start; t < start + 300'000; t += 3000) {
    CHECK(group.heartbeat(m[0], ms(t)) == HeartbeatAnswer::ok);
    CHECK(group.heartbeat(m[1], ms(t)) == HeartbeatAnswer::ok);
    CHECK(group.poll(m[1], ms(t)) == PollAnswer::fetch);
  }
  CHECK(group.next_deadline() == ms(start + 300'000));
  CHECK(group.commit(m[0], 1, 0, 7, ms(start + 299'999)).ok());
  CHECK(group.commit(m[0], 1, 0, 8, ms(start + 300'000)).failure() == Failure::evicted);
  CHECK(group.counts().late_polls == 1);
  CHECK(group.heartbeat(m[0], ms(start + 300'001)) == HeartbeatAnswer::evicted);
  CHECK(group.poll(m[0], ms(start + 300'001)) == PollAnswer::evicted);
  group.heartbeat(m[1], ms(start + 301'000));
  group.poll(m[1], ms(start + 301'000));
  CHECK(owned(group, m[1]) == Partitions{0, 1});
  CHECK(group.committed(0) == 7);
}

TEST_CASE("a paused member's session ends before its late poll is noticed") {
  GroupModel group({}, {2});
  const auto m = form(group, 1);
  group.heartbeat(m[0], ms(6000));
  group.expire(ms(3000 + 300'000));
  CHECK(group.counts().session_timeouts == 1);
  CHECK(group.counts().late_polls == 0);
  CHECK(group.state() == GroupState::empty);
}

TEST_CASE("leaving hands partitions over at the others' next heartbeat, not after a timeout") {
  GroupModel group({}, {2});
  const auto m = form(group, 2);
  group.leave(m[0], ms(7000));
  CHECK(group.heartbeat(m[1], ms(8000)) == HeartbeatAnswer::rebalance);
  CHECK(group.poll(m[1], ms(8000)) == PollAnswer::fetch);
  CHECK(owned(group, m[1]) == Partitions{0, 1});
  CHECK(group.commit(m[0], 1, 0, 3, ms(8000)).failure() == Failure::evicted);
}

TEST_CASE("who hears of a rebalance but does not poll is dropped after max.poll.interval") {
  GroupModel group({}, {2});
  const auto m = form(group, 2);
  const MemberId late = group.join(2, ms(10'000));
  std::int64_t t = 10'000;
  for (; group.state() == GroupState::preparing; t += 1000) {
    if (t % 3000 == 0) group.heartbeat(m[0], ms(t));
    if (t % 3000 == 0) group.heartbeat(m[1], ms(t));
    group.poll(m[0], ms(t));
    group.expire(ms(t));
  }
  CHECK_FALSE(group.is_member(m[1]));
  CHECK(group.owner(0) == m[0]);
  CHECK(group.owner(1) == late);
  CHECK(t <= 312'000);
}

TEST_CASE("a forced rebalance changes the generation and nothing else") {
  GroupModel group({}, {2});
  const auto m = form(group, 1);
  group.rebalance(ms(7000));
  CHECK(group.heartbeat(m[0], ms(8000)) == HeartbeatAnswer::rebalance);
  CHECK(group.poll(m[0], ms(8100)) == PollAnswer::fetch);
  CHECK(group.generation() == 2);
  CHECK(owned(group, m[0]) == Partitions{0, 1});
}

TEST_CASE("a replica that joins again keeps its place in the order") {
  GroupModel group({}, {4});
  const auto m = form(group, 2);
  group.leave(m[0], ms(7000));
  group.heartbeat(m[1], ms(7000));
  group.poll(m[1], ms(7000));
  const MemberId again = group.join(0, ms(9000));
  group.heartbeat(m[1], ms(9000));
  group.poll(m[1], ms(9000));
  CHECK(owned(group, again) == Partitions{0, 1});
  CHECK(owned(group, m[1]) == Partitions{2, 3});
}

TEST_CASE("whatever happens, partitions have at most one owner and commits never go back") {
  using Op = std::pair<std::uint8_t, std::uint8_t>;
  CHECK(rc::check("group invariants", [](const std::vector<Op>& ops) {
    GroupModel group({.assignor = ops.size() % 2 ? Assignor::range : Assignor::round_robin},
                     {3, 4});
    std::vector<std::pair<MemberId, std::uint32_t>> known;  // with the generation it believes in
    std::int64_t offsets[7] = {};
    Time now{};
    for (const auto& [op, arg] : ops) {
      now += milliseconds(arg * (op % 3 == 0 ? 400 : 20));
      const std::size_t who = known.empty() ? 0 : arg % known.size();
      if (op % 8 == 0 || known.empty()) {
        known.emplace_back(group.join(arg % 5, now), 0);
      } else if (op % 8 == 1) {
        group.leave(known[who].first, now);
      } else if (op % 8 < 4) {
        group.heartbeat(known[who].first, now);
      } else if (op % 8 < 6) {
        if (group.poll(known[who].first, now) == PollAnswer::fetch) {
          known[who].second = group.generation();
        }
      } else {
        const std::uint32_t p = arg % 7;
        const bool member = group.is_member(known[who].first);
        const auto done = group.commit(known[who].first, known[who].second, p, op, now);
        if (done.ok()) {
          RC_ASSERT(member && known[who].second == group.generation());
          offsets[p] = std::max<std::int64_t>(offsets[p], op);
        }
        RC_ASSERT(group.committed(p) == offsets[p]);
      }
      RC_ASSERT(group.next_deadline() > now);
      std::map<std::uint32_t, int> owners;
      for (const auto& [id, generation] : known) {
        for (const std::uint32_t p : group.assigned(id)) ++owners[p];
      }
      for (const auto& [p, count] : owners) RC_ASSERT(count == 1);
      if (group.state() == GroupState::stable) RC_ASSERT(owners.size() == 7u);
      RC_ASSERT((group.state() == GroupState::empty) == (group.members() == 0));
    }
  }));
}
