// The contract of the queue port: order within a key, at least once, and one owner a partition.

// gcc 12 at -O1 takes the members of a variant's other alternative for uninitialised.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "tests/contract/trial.h"

using namespace wavetank;
using namespace wavetank::contract;

namespace {

/// A topic, two members of its consumer group, and what they were handed.
class Topics {
 public:
  explicit Topics(Trial& trial)
      : t(trial), first(trial.host("member/0")), second(trial.host("member/1")) {
    t.boot();
  }

  Queue& queue() const { return t.world().queue(); }

  auto publish(std::uint32_t process, std::uint32_t entity, Topic topic = Topic::p0,
               Duration within = whole_seconds(30)) {
    verb::Publish::Args args;
    args.topic = topic;
    args.record.process = ProcessId{process};
    args.record.ticket.entity = EntityId{entity};
    args.record.work.input = mib(3);
    return t.ask([&] { return queue().publish(t.caller(), args, t.info(within)); });
  }
  auto begin_poll(Node& member, Duration within = whole_seconds(30)) {
    verb::Poll::Args args;
    args.after = after_[member.id()];
    return t.begin([this, &member, args, within] {
      return queue().poll(member, args, t.info(within));
    });
  }
  verb::Poll::Reply finish_poll(Node& member, const Answer<Result<verb::Poll::Reply>>& answer) {
    REQUIRE(t.wait_for([&] { return answer->has_value(); }));
    REQUIRE((**answer).ok());
    after_[member.id()] = (**answer).value().number;
    return (**answer).value();
  }
  verb::Poll::Reply poll(Node& member) { return finish_poll(member, begin_poll(member)); }
  /// Polls until so many records came, or for so many times.
  std::vector<Delivery> take(Node& member, std::size_t count, int polls = 20) {
    std::vector<Delivery> all;
    for (int i = 0; i < polls && all.size() < count; ++i) {
      const verb::Poll::Reply reply = poll(member);
      generation = reply.generation;
      all.insert(all.end(), reply.deliveries.begin(), reply.deliveries.end());
    }
    return all;
  }
  auto commit(Node& member, const std::vector<Delivery>& done, bool leave = false,
              Duration within = whole_seconds(30)) {
    verb::Commit::Args args;
    args.generation = generation;
    args.leave = leave;
    for (const Delivery& d : done) args.positions.push_back({d.topic, d.partition, d.offset + 1});
    return t.ask([&] { return queue().commit(member, args, t.info(within)); });
  }
  auto leave(Node& member) { return commit(member, {}, true); }

  Trial& t;
  Node& first;
  Node& second;
  std::uint32_t generation = 0;  ///< of the last poll

 private:
  std::map<NodeId, std::uint64_t> after_;
};

std::vector<std::uint32_t> processes(const std::vector<Delivery>& deliveries) {
  std::vector<std::uint32_t> all;
  for (const Delivery& d : deliveries) all.push_back(d.record.process.value);
  return all;
}

/// Runs a body against the queue of each world.
template <class Body>
void on_each_queue(Body body) {
  on_each_world([&](Trial& t) {
    Topics topics(t);
    body(t, topics);
  });
}

}  // namespace

TEST_CASE("contract queue: records of one key come in their order, from the key's partition") {
  on_each_queue([](Trial&, Topics& topics) {
    for (std::uint32_t n = 0; n < 30; ++n) CHECK(topics.publish(n, n % 3).ok());
    const auto got = topics.take(topics.first, 30);
    REQUIRE(got.size() == 30);
    for (std::uint32_t entity = 0; entity < 3; ++entity) {
      std::vector<Delivery> of;
      std::copy_if(got.begin(), got.end(), std::back_inserter(of), [&](const Delivery& d) {
        return d.record.ticket.entity == EntityId{entity};
      });
      REQUIRE(of.size() == 10);
      for (std::size_t i = 0; i < of.size(); ++i) {
        CHECK(of[i].record.process.value == 3 * i + entity);
        CHECK(of[i].partition == topics.queue().partition_of(EntityId{entity}, Topic::p0));
        CHECK(of[i].record.work.input == mib(3));
        CHECK(!of[i].redelivered);
        if (i > 0) CHECK(of[i].offset > of[i - 1].offset);
      }
    }
  });
}

TEST_CASE("contract queue: a poll waits for company, and comes back without") {
  on_each_queue([](Trial& t, Topics& topics) {
    for (int i = 0; i < 30 && topics.generation == 0; ++i) {  // until it is a member
      CHECK(topics.take(topics.first, 1, 1).empty());
    }
    CHECK(topics.take(topics.first, 1, 2).empty());
    const Time before = t.now();
    CHECK(topics.poll(topics.first).deliveries.empty());
    CHECK(t.now() - before >= milliseconds(900));
    const auto answer = topics.begin_poll(topics.first);
    t.wait(milliseconds(100));
    CHECK(topics.publish(1, 1).ok());
    CHECK(topics.finish_poll(topics.first, answer).deliveries.size() == 1);
  });
}

TEST_CASE("contract queue: records whose answer was lost are in the next one, as new ones") {
  on_each_queue([](Trial& t, Topics& topics) {
    CHECK(topics.take(topics.first, 1, 5).empty());  // it has joined
    for (std::uint32_t n = 0; n < 3; ++n) CHECK(topics.publish(n, n).ok());
    {
      const Planted rule(t, Op::queue_poll, Verdict::lose_reply());
      const auto lost = topics.begin_poll(topics.first, whole_seconds(3));
      REQUIRE(t.wait_for([&] { return lost->has_value(); }));
      CHECK(!(**lost).ok());
      CHECK(rule.fired() == 1);
    }
    CHECK(topics.publish(3, 1).ok());
    const auto got = topics.take(topics.first, 4, 10);
    const auto all = processes(got);
    CHECK(std::set<std::uint32_t>(all.begin(), all.end()) == std::set<std::uint32_t>{0, 1, 2, 3});
    CHECK(all.size() == 4);
    for (const Delivery& d : got) CHECK(!d.redelivered);
  });
}

TEST_CASE("contract queue: an urgent topic is read first, and the dead letters not at all") {
  on_each_queue([](Trial& t, Topics& topics) {
    CHECK(topics.take(topics.first, 1, 5).empty());
    CHECK(topics.publish(0, 1, Topic::dead_letter).ok());
    CHECK(topics.publish(1, 1, Topic::p2).ok());
    CHECK(topics.publish(2, 1, Topic::p1).ok());
    CHECK(topics.publish(3, 1, Topic::p0).ok());
    t.wait(milliseconds(500));  // a client reads ahead, and by then it has them all
    CHECK(processes(topics.take(topics.first, 4, 5)) == std::vector<std::uint32_t>{3, 2, 1});
  });
}

TEST_CASE("contract queue: after a rebalance what was not committed comes again, and says so") {
  on_each_queue([](Trial&, Topics& topics) {
    for (std::uint32_t n = 0; n < 6; ++n) CHECK(topics.publish(n, 1).ok());
    auto got = topics.take(topics.first, 6);
    REQUIRE(got.size() == 6);
    got.resize(2);
    CHECK(topics.commit(topics.first, got).ok());
    CHECK(topics.leave(topics.first).ok());
    const auto again = topics.take(topics.second, 4);
    CHECK(processes(again) == std::vector<std::uint32_t>{2, 3, 4, 5});
    for (const Delivery& d : again) CHECK(d.redelivered);
    CHECK(topics.publish(6, 1).ok());
    const auto fresh = topics.take(topics.second, 1);
    REQUIRE(fresh.size() == 1);
    CHECK(!fresh[0].redelivered);
  });
}

TEST_CASE("contract queue: a consumer that dies is missed, and its records go to another") {
  on_each_queue([](Trial& t, Topics& topics) {
    for (std::uint32_t n = 0; n < 3; ++n) CHECK(topics.publish(n, 1).ok());
    CHECK(topics.take(topics.first, 3).size() == 3);
    t.world().controls().crash(topics.first.id());
    const auto again = topics.take(topics.second, 3, 120);
    CHECK(processes(again) == std::vector<std::uint32_t>{0, 1, 2});
  });
}

TEST_CASE("contract queue: a commit that was lost counts for nothing; one whose answer was, does") {
  struct Case {
    Verdict verdict;
    std::size_t again;
  };
  for (const Case& c : {Case{Verdict::lose_request(), 3}, Case{Verdict::refuse(), 3},
                        Case{Verdict::lose_reply(), 0}}) {
    CAPTURE(static_cast<int>(c.verdict.kind));
    on_each_queue([&](Trial& t, Topics& topics) {
      for (std::uint32_t n = 0; n < 3; ++n) CHECK(topics.publish(n, 1).ok());
      const auto got = topics.take(topics.first, 3);
      REQUIRE(got.size() == 3);
      const Planted rule(t, Op::queue_commit, c.verdict);
      CHECK(!topics.commit(topics.first, got, false, whole_seconds(1)).ok());
      CHECK(rule.fired() == 1);
      CHECK(topics.leave(topics.first).ok());
      CHECK(topics.take(topics.second, 3, 10).size() == c.again);
    });
  }
}

TEST_CASE("contract queue: who has left cannot commit, nor can a generation that is over") {
  on_each_queue([](Trial& t, Topics& topics) {
    for (std::uint32_t n = 0; n < 3; ++n) CHECK(topics.publish(n, 1).ok());
    const auto got = topics.take(topics.first, 3);
    REQUIRE(got.size() == 3);
    const std::uint32_t old = topics.generation;
    CHECK(topics.leave(topics.first).ok());
    CHECK(failure_of(topics.commit(topics.first, got)) == Failure::evicted);
    CHECK(topics.take(topics.second, 3).size() == 3);
    CHECK(topics.take(topics.first, 1, 3).empty());  // joins again
    t.wait(whole_seconds(1));
    topics.generation = old;
    CHECK(failure_of(topics.commit(topics.first, got)) == Failure::fenced);
  });
}

TEST_CASE("contract queue: two members share what comes, and no record goes to both") {
  on_each_queue([](Trial&, Topics& topics) {
    // Both have joined once both have heard of one generation.
    std::uint32_t one = 0, two = 1;
    for (int round = 0; round < 60 && one != two; ++round) {
      const auto a = topics.begin_poll(topics.first);
      const auto b = topics.begin_poll(topics.second);
      one = topics.finish_poll(topics.first, a).generation;
      two = topics.finish_poll(topics.second, b).generation;
    }
    REQUIRE(one == two);
    for (std::uint32_t n = 0; n < 40; ++n) CHECK(topics.publish(n, n).ok());
    const auto a = processes(topics.take(topics.first, 40, 5));
    const auto b = processes(topics.take(topics.second, 40, 5));
    CHECK(!a.empty());
    CHECK(!b.empty());
    std::set<std::uint32_t> all(a.begin(), a.end());
    all.insert(b.begin(), b.end());
    CHECK(all.size() == 40);
    CHECK(a.size() + b.size() == 40);
  });
}

TEST_CASE("contract queue: a publish whose answer was lost has appended, so a retry is a second") {
  struct Case {
    Verdict verdict;
    std::size_t records;  ///< once it was sent again where it failed
    Duration within;      ///< short where nothing is answered: a slow answer is no lost one
  };
  const Duration patient = whole_seconds(30), brief = whole_seconds(1);
  for (const Case& c :
       {Case{Verdict::lose_reply(), 2, brief}, Case{Verdict::repeat(milliseconds(50)), 2, patient},
        Case{Verdict::lose_request(), 1, brief}, Case{Verdict::refuse(), 1, patient}}) {
    CAPTURE(static_cast<int>(c.verdict.kind));
    on_each_queue([&](Trial& t, Topics& topics) {
      const Planted rule(t, Op::queue_publish, c.verdict);
      if (!topics.publish(7, 1, Topic::p0, c.within).ok()) {
        CHECK(topics.publish(7, 1).ok());
      }
      t.wait(whole_seconds(1));
      const auto got = processes(topics.take(topics.first, 3, 10));
      CAPTURE(got.size());
      CHECK(got == std::vector<std::uint32_t>(c.records, 7));
    });
  }
}
