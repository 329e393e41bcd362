// The contract of the dataset port: bytes move, memory is granted within what there is, and keys
// fall into partitions that add up.

#include <vector>

#include "tests/contract/cluster.h"

using namespace wavetank;
using namespace wavetank::contract;

namespace {

/// What a worker met, step by step.
struct Diary {
  std::vector<std::optional<Failure>> moves;
  std::vector<Duration> took;
  Bytes granted{};
};

template <class V>
verb::Move<V::op>::Args moving(Slot slot, Bytes bytes, Duration compute = Duration{}) {
  typename verb::Move<V::op>::Args args;
  args.slot = slot;
  args.bytes = bytes;
  args.source = slot.executor;
  args.compute = compute;
  return args;
}

CallInfo until(Node& node, Duration within) {
  CallInfo info;
  info.deadline = node.loop().now() + within;
  return info;
}

/// A task that does everything once, in the order in which a worker would.
Task<Result<TaskReport>> do_everything(Dataset& data, Slot slot, Node& node, Diary& diary) {
  const CallInfo info = until(node, minutes(4));
  const auto scan = moving<verb::Scan>(slot, mib(1));
  auto scanned = co_await data.scan(node, scan, info);
  diary.moves.push_back(failure_of(scanned));
  const auto store = moving<verb::Store>(slot, mib(1));
  auto stored = co_await data.store(node, store, info);
  diary.moves.push_back(failure_of(stored));
  verb::Reserve::Args want;
  want.slot = slot;
  want.task = 1;
  want.want = mib(3);
  auto grant = co_await data.reserve(node, want, info);
  diary.moves.push_back(failure_of(grant));
  if (grant.ok()) diary.granted = grant->memory;
  const auto fetch = moving<verb::Fetch>(slot, mib(1));
  auto fetched = co_await data.fetch(node, fetch, info);
  diary.moves.push_back(failure_of(fetched));
  const auto spill = moving<verb::Spill>(slot, mib(2));
  auto spilled = co_await data.spill(node, spill, info);
  diary.moves.push_back(failure_of(spilled));
  const auto encode = moving<verb::Work>(slot, mib(1));
  auto encoded = co_await data.work(node, encode, info);
  diary.moves.push_back(failure_of(encoded));
  co_return TaskReport();
}

/// A task that scans a megabyte, computing meanwhile.
Task<Result<TaskReport>> scan_once(Dataset& data, Slot slot, Node& node, Duration compute,
                                   Duration within, Diary& diary) {
  const Time before = node.loop().now();
  const CallInfo info = until(node, within);
  const auto scan = moving<verb::Scan>(slot, mib(1), compute);
  auto scanned = co_await data.scan(node, scan, info);
  diary.moves.push_back(failure_of(scanned));
  diary.took.push_back(node.loop().now() - before);
  co_return TaskReport();
}

/// A task whose rows must be in memory all at once.
Task<Result<TaskReport>> hold_at_once(Dataset& data, Slot slot, Node& node, Bytes bytes) {
  verb::Reserve::Args want;
  want.slot = slot;
  want.task = 1;
  want.want = want.unspillable = bytes;
  const CallInfo info = until(node, minutes(4));
  auto grant = co_await data.reserve(node, want, info);
  if (!grant.ok()) co_return grant.failure();
  co_return TaskReport();
}

}  // namespace

TEST_CASE("contract dataset: every move of a task ends; what fits into memory is granted") {
  on_each_cluster([](Trial& t, Cluster& cluster) {
    Diary diary;
    cluster.work = [&](const TaskSpec*, Slot slot, Node& node) {
      return do_everything(t.world().dataset(), slot, node, diary);
    };
    const JobId job = cluster.running(4);
    CHECK(cluster.attempt(job, cluster.slot(job)).ok());
    CHECK(diary.moves == std::vector<std::optional<Failure>>(6));
    CHECK(diary.granted == mib(3));
  });
}

TEST_CASE("contract dataset: a move lasts as long as what is computed meanwhile") {
  on_each_cluster([](Trial& t, Cluster& cluster) {
    Diary diary;
    cluster.work = [&](const TaskSpec*, Slot slot, Node& node) {
      return scan_once(t.world().dataset(), slot, node, whole_seconds(2), minutes(4), diary);
    };
    const JobId job = cluster.running(4);
    CHECK(cluster.attempt(job, cluster.slot(job)).ok());
    REQUIRE(diary.took.size() == 1);
    CHECK(diary.took[0] >= whole_seconds(2));
  });
}

TEST_CASE("contract dataset: a move meets the gate and its deadline as any call does") {
  struct Case {
    Verdict verdict;
    Failure heard;
  };
  for (const Case& c : {Case{Verdict::refuse(), Failure::refused},
                        Case{Verdict::lose_request(), Failure::timeout},
                        Case{Verdict::lose_reply(), Failure::timeout}}) {
    on_each_cluster([&](Trial& t, Cluster& cluster) {
      Diary diary;
      cluster.work = [&](const TaskSpec*, Slot slot, Node& node) {
        return scan_once(t.world().dataset(), slot, node, Duration{}, whole_seconds(5), diary);
      };
      const JobId job = cluster.running(4);
      const Planted rule(t, Op::dataset_scan, c.verdict);
      CHECK(cluster.attempt(job, cluster.slot(job)).ok());
      CHECK(diary.moves == std::vector<std::optional<Failure>>{c.heard});
      CHECK(rule.fired() == 1);
    });
  }
}

TEST_CASE("contract dataset: who needs more at once than there is takes the executor down") {
  on_each_cluster([](Trial& t, Cluster& cluster) {
    cluster.work = [&](const TaskSpec*, Slot slot, Node& node) {
      return hold_at_once(t.world().dataset(), slot, node, gib(100'000));
    };
    const JobId job = cluster.running(4);
    const Slot slot = cluster.slot(job);
    const std::uint32_t life = cluster.compute().incarnation(slot.executor);
    CHECK(failure_of(cluster.attempt(job, slot)) == Failure::out_of_memory);
    CHECK(cluster.compute().incarnation(slot.executor) == life + 1);
  });
}

TEST_CASE("contract dataset: partitions add up to the total, and are the same when asked again") {
  on_each_cluster([](Trial& t, Cluster&) {
    Ticket ticket;
    ticket.output = OutputId{9};
    ticket.entity = EntityId{2};
    for (const std::uint32_t partitions : {1u, 7u, 300u}) {
      CAPTURE(partitions);
      const Bytes total{1'000'000'007};
      const auto spread = t.world().dataset().partition(ticket, total, partitions);
      const auto again = t.world().dataset().partition(ticket, total, partitions);
      REQUIRE(spread != nullptr);
      Bytes sum{};
      for (std::uint32_t p = 0; p < partitions; ++p) {
        CHECK(spread->bytes(p) >= Bytes{});
        CHECK(spread->bytes(p) == again->bytes(p));
        sum += spread->bytes(p);
      }
      CHECK(sum == total);
      CHECK(spread->cause() == 0);
    }
  });
}

TEST_CASE("contract dataset: a hot key makes one partition larger, and names its cause") {
  on_each_cluster([](Trial& t, Cluster&) {
    Ticket ticket;
    ticket.output = OutputId{9};
    t.world().controls().hot_key(0.5, 1.0, 77);
    const auto spread = t.world().dataset().partition(ticket, megabytes(100), 10);
    Bytes most{};
    for (std::uint32_t p = 0; p < 10; ++p) most = std::max(most, spread->bytes(p));
    CHECK(most >= megabytes(45));
    CHECK(spread->cause() == 77);
    t.world().controls().hot_key(0, 0, 0);
    CHECK(t.world().dataset().partition(ticket, megabytes(100), 10)->cause() == 0);
  });
}
