// The queue on a real broker: what the contract of the port (tests/contract/queue_test.cpp) does
// not ask, since it knows no broker.

#include <set>

#include "tests/live/kafka_bench.h"

namespace wavetank::live {
namespace {

/// Answers calls of one verb with one verdict, once.
class Once final : public Rule {
 public:
  Once(Gate& gate, Op op, Verdict verdict) : gate_(gate), verdict_(verdict) {
    gate_.arm(*this, mask_of(op), 0);
  }
  ~Once() override { gate_.disarm(*this); }
  Verdict ask(const Call&, Moment moment) override {
    const bool on_reply = verdict_.kind == Verdict::Kind::lose_reply;
    const bool due = (moment == Moment::before_reply) == on_reply;
    return due && fired == 0 ? verdict_ : Verdict::pass();
  }
  void applied(const Call&, Verdict) override { ++fired; }
  int fired = 0;

 private:
  Gate& gate_;
  Verdict verdict_;
};

std::set<std::uint32_t> processes(const std::vector<Delivery>& deliveries) {
  std::set<std::uint32_t> all;
  for (const Delivery& d : deliveries) all.insert(d.record.process.value);
  return all;
}

}  // namespace

TEST_CASE("kafka: every field of a record crosses, times included") {
  if (cluster() == nullptr) return;
  Topics topics(own_topics(*cluster()));
  ProcessRecord sent = record_of(7, 17);
  sent.ticket.priority = Priority::p0;
  sent.ticket.critical = true;
  sent.ticket.action = 3;
  sent.ticket.planned = topics.bench.core.clock.now();
  sent.ticket.fresh_by = sent.ticket.planned + minutes(5);
  sent.ticket.fresh_for = hours(1);
  sent.work = {mib(3), mib(2), mib(1), milliseconds(250), 4, 3};
  sent.accepted = sent.ticket.planned + milliseconds(3);
  sent.epoch = 2;
  sent.cause = 0xfedcba9876543210u;
  const auto reply = topics.publish(sent, Topic::p2);
  REQUIRE(reply.ok());
  CHECK(reply->offset == 0);
  const auto got = topics.take(topics.first, 1);
  REQUIRE(got.size() == 1);
  const ProcessRecord& read = got[0].record;
  CHECK(read.process == sent.process);
  CHECK(read.ticket.output == sent.ticket.output);
  CHECK(read.ticket.entity == sent.ticket.entity);
  CHECK(read.ticket.priority == Priority::p0);
  CHECK(read.ticket.critical);
  CHECK(read.ticket.action == 3);
  CHECK(read.ticket.planned == sent.ticket.planned);
  CHECK(read.ticket.fresh_by == sent.ticket.fresh_by);
  CHECK(read.ticket.fresh_for == hours(1));
  CHECK(read.work.input == mib(3));
  CHECK(read.work.shuffle == mib(2));
  CHECK(read.work.output == mib(1));
  CHECK(read.work.compute == milliseconds(250));
  CHECK(read.work.executors == 4);
  CHECK(read.work.action == 3);
  CHECK(read.accepted == sent.accepted);
  CHECK(read.epoch == 2);
  CHECK(read.cause == sent.cause);
  CHECK(got[0].topic == Topic::p2);
  CHECK(got[0].partition == topics.queue->partition_of(EntityId{17}, Topic::p2));
  CHECK(got[0].appended <= topics.bench.core.clock.now());
  CHECK(got[0].appended > Time{} - minutes(1));
}

TEST_CASE("kafka: our partitions are those of Kafka's default partitioner") {
  const Target target;
  Bench bench(target);
  const KafkaQueue queue(bench.core.env);
  for (std::uint32_t entity = 0; entity < 2'000; ++entity) {
    const std::string key = "e" + std::to_string(entity);
    const auto theirs = rd_kafka_msg_partitioner_murmur2(
        nullptr, key.data(), key.size(), static_cast<int>(queue.partitions()), nullptr, nullptr);
    REQUIRE(queue.partition_of(EntityId{entity}, Topic::p1) == static_cast<std::uint32_t>(theirs));
  }
}

TEST_CASE("kafka: the history hears of what the broker took, and of no more") {
  if (cluster() == nullptr) return;
  Topics topics(own_topics(*cluster()));
  ProcessRecord sent = record_of(1, 5);
  sent.cause = 77;
  REQUIRE(topics.publish(sent).ok());
  REQUIRE(topics.publish(sent, Topic::dead_letter).ok());
  CHECK(topics.heard.count(EventKind::message_published) == 1);
  CHECK(topics.heard.count(EventKind::message_parked) == 1);
  const Event& published = topics.heard.events.at(0);
  CHECK(published.node == topics.queue->server());
  CHECK(published.process == ProcessId{1});
  CHECK(published.attempt == topics.queue->partition_of(EntityId{5}, Topic::p0));
  CHECK(published.cause == 77);
  const auto got = topics.take(topics.first, 1);
  REQUIRE(got.size() == 1);
  CHECK(topics.heard.count(EventKind::offset_committed) == 0);
  CHECK(topics.commit(topics.first, got).ok());
  CHECK(topics.heard.count(EventKind::offset_committed) == 1);
  const Event& committed = topics.heard.events.back();
  CHECK(committed.attempt == got[0].place());
  CHECK(committed.value == 1);
  CHECK(committed.node == topics.first.id());
}

TEST_CASE("kafka: one that drains commits what it has, leaves, and the next takes over") {
  if (cluster() == nullptr) return;
  Target target = own_topics(*cluster());
  target.kafka.session_timeout = minutes(4);  // longer than anybody waits here
  target.kafka.poll_interval_max = minutes(5);
  Topics topics(target);
  topics.publish_all(6, 6);
  const auto got = topics.take(topics.first, 6);
  REQUIRE(got.size() == 6);
  topics.queue->drain();
  CHECK_FALSE(topics.queue->drained());
  REQUIRE(topics.commit(topics.first, got).ok());
  CHECK_FALSE(topics.queue->drained());
  // The poll that shows that all was handled: nobody answers it.
  TaskGroup group(topics.bench.core.loop, topics.first);
  bool answered = false;
  const auto poll = [](Topics& topics, CallInfo info, bool& answered) -> Task<void> {
    verb::Poll::Args args;
    auto reply = co_await topics.queue->poll(topics.first, args, info);
    answered = reply.ok();
  };
  group.start(poll(topics, topics.bench.info(minutes(2)), answered));
  CHECK(topics.bench.wait_for([&] { return topics.queue->drained(); }));
  CHECK_FALSE(answered);

  LiveCore other(topics.target, fresh_run(), 42);
  KafkaQueue next(other.env);
  Node& heir = other.hosts.add("member/2");
  struct Found {
    std::size_t taken = 0;
    bool redelivered = false, owns = false;
  } found;
  const auto take = [](LiveCore& core, KafkaQueue& queue, Node& heir, Found& found) -> Task<void> {
    verb::Poll::Args args;
    CallInfo info;
    while (!found.owns) {
      info.deadline = core.clock.now() + whole_seconds(20);
      auto reply = co_await queue.poll(heir, args, info);
      if (!reply.ok()) continue;
      args.after = reply->number;
      found.owns = reply->generation > 0;
      found.taken += reply->deliveries.size();
      for (const Delivery& d : reply->deliveries) {
        found.redelivered = found.redelivered || d.redelivered;
      }
    }
  };
  TaskGroup heirs(other.loop, heir);
  heirs.start(take(other, next, heir, found));
  other.driver.run_until(other.clock.now() + minutes(1), [&] { return found.owns; });
  CHECK(found.owns);
  CHECK(found.taken == 0);
  CHECK_FALSE(found.redelivered);
  heirs.cancel();
  group.cancel();
  other.stop();
}

TEST_CASE("kafka: headers name the run, the node and the trace") {
  if (cluster() == nullptr) return;
  Topics topics(own_topics(*cluster()));
  const std::string trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  std::vector<std::pair<std::uint32_t, std::string>> incoming;
  topics.queue->trace(
      {.outgoing = [&](const Call&, const ProcessRecord& r) { return r.epoch == 1 ? trace : ""; },
       .incoming =
           [&](const Delivery& d, const std::string& t) {
             incoming.emplace_back(d.record.process.value, t);
           }});
  ProcessRecord traced = record_of(1, 3);
  traced.epoch = 1;
  REQUIRE(topics.publish(traced).ok());
  REQUIRE(topics.publish(record_of(2, 3)).ok());
  REQUIRE(topics.take(topics.first, 2).size() == 2);
  REQUIRE(incoming.size() == 1);
  CHECK(incoming[0] == std::pair{1u, trace});

  KafkaLog log;
  KafkaListener listener(log);
  const KafkaHandle reader = KafkaSetup(topics.target.kafka, listener)
                                 .set("group.id", topics.target.kafka.prefix + "reader")
                                 .open(RD_KAFKA_CONSUMER);
  KafkaPlaces places(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(
      places.get(), topic_name(topics.target.kafka, Topic::p0).c_str(),
      static_cast<int>(topics.queue->partition_of(EntityId{3}, Topic::p0)))
      ->offset = 0;
  rd_kafka_assign(reader.get(), places.get());
  const KafkaMessage message(rd_kafka_consumer_poll(reader.get(), 20'000));
  REQUIRE(message);
  CHECK(std::string(static_cast<const char*>(message->key), message->key_len) == "e3");
  rd_kafka_headers_t* headers = nullptr;
  REQUIRE(rd_kafka_message_headers(message.get(), &headers) == RD_KAFKA_RESP_ERR_NO_ERROR);
  const auto header = [&](const char* name) {
    const void* value = nullptr;
    std::size_t size = 0;
    rd_kafka_header_get_last(headers, name, &value, &size);
    return std::string(static_cast<const char*>(value), size);
  };
  CHECK(header("run") == topics.bench.core.env.run);
  CHECK(header("node") == "tester");
  CHECK(header("attempt") == "0");
  CHECK(header("content-type") == "application/json");
  CHECK(header("traceparent") == trace);
}

TEST_CASE("kafka: a consumer that crashes says nothing, and its records go to another") {
  if (cluster() == nullptr) return;
  Topics topics(own_topics(*cluster()));
  topics.publish_all(5, 3);
  auto got = topics.take(topics.first, 5);
  REQUIRE(got.size() == 5);
  const Time before = topics.bench.core.clock.now();
  topics.bench.core.hosts.crash(topics.first.id());
  const auto again = topics.take(topics.second, 5);
  CHECK(processes(again) == std::set<std::uint32_t>{0, 1, 2, 3, 4});
  for (const Delivery& d : again) CHECK(d.redelivered);
  // It was missed, not seen off.
  CHECK(topics.bench.core.clock.now() - before > whole_seconds(3));
}

TEST_CASE("kafka: who leaves hands over at once, and what it committed is not seen again") {
  if (cluster() == nullptr) return;
  Topics topics(own_topics(*cluster()));
  topics.publish_all(4, 1);
  auto got = topics.take(topics.first, 4);
  REQUIRE(got.size() == 4);
  got.resize(3);
  CHECK(topics.commit(topics.first, got, true).ok());
  const auto rest = topics.take(topics.second, 1, 4);
  REQUIRE(rest.size() == 1);
  CHECK(rest[0].record.process == ProcessId{3});
  CHECK(rest[0].redelivered);
}

TEST_CASE("kafka: a newcomer gets its share once the other polls, and an old commit is fenced") {
  if (cluster() == nullptr) return;
  Topics topics(own_topics(*cluster()));
  topics.publish_all(12, 12);
  const auto mine = topics.take(topics.first, 12);
  REQUIRE(mine.size() == 12);
  const std::uint32_t old = topics.generation;
  std::uint32_t one = old;
  std::uint32_t two = 0;
  std::set<std::uint32_t> here, there;  // uncommitted, all come again: some here, some there
  const auto gather = [&](Node& member, std::set<std::uint32_t>& all) {
    for (const Delivery& d : topics.poll(member).deliveries) {
      all.insert(d.record.process.value);
      CHECK(d.redelivered);
    }
    return topics.generation;
  };
  for (int round = 0; round < 60 && (one != two || one == old); ++round) {
    two = gather(topics.second, there);
    one = gather(topics.first, here);
  }
  REQUIRE(one == two);
  CHECK(one > old);
  topics.generation = old;
  const auto late = topics.commit(topics.first, mine);
  REQUIRE(!late.ok());
  CHECK(late.failure() == Failure::fenced);
  for (int round = 0; round < 10 && here.size() + there.size() < 12; ++round) {
    gather(topics.second, there);
    gather(topics.first, here);
  }
  CHECK(!here.empty());
  CHECK(!there.empty());
  CHECK(here.size() + there.size() == 12);
}

TEST_CASE("kafka: a service that does not poll in time is evicted, and its records come again") {
  if (cluster() == nullptr) return;
  Topics topics(own_topics(*cluster()));
  topics.publish_all(2, 1);
  const auto got = topics.take(topics.first, 2);
  REQUIRE(got.size() == 2);
  topics.bench.wait(topics.target.kafka.poll_interval_max + whole_seconds(2));
  const auto late = topics.commit(topics.first, got);
  REQUIRE(!late.ok());
  CHECK(late.failure() == Failure::evicted);
  const auto again = topics.take(topics.first, 2);
  CHECK(again.size() == 2);
  CHECK(topics.commit(topics.first, again).ok());
}

TEST_CASE("kafka: records of a lost answer come again, as new ones and before what is new") {
  if (cluster() == nullptr) return;
  Topics topics(own_topics(*cluster()));
  CHECK(topics.take(topics.first, 1, 5).empty());
  topics.publish_all(3, 1);
  {
    Once lost(topics.bench.core.gate, Op::queue_poll, Verdict::lose_reply());
    const auto none = topics.bench.ask([&] {
      verb::Poll::Args args;
      args.after = topics.after[topics.first.id()];
      return topics.queue->poll(topics.first, args, topics.bench.info(whole_seconds(2)));
    });
    CHECK(!none.ok());
    CHECK(lost.fired == 1);
  }
  REQUIRE(topics.publish(record_of(3, 0)).ok());
  const auto got = topics.take(topics.first, 4);
  REQUIRE(got.size() == 4);
  for (std::uint32_t n = 0; n < 4; ++n) {
    CHECK(got[n].record.process == ProcessId{n});
    CHECK(!got[n].redelivered);
  }
}

TEST_CASE("kafka: lag falls with the commit, undelivered with the poll") {
  if (cluster() == nullptr) return;
  Topics topics(own_topics(*cluster()));
  topics.queue->watch_lag(milliseconds(50));
  topics.publish_all(6, 6);
  CHECK(topics.bench.wait_for([&] { return topics.queue->lag() == 6; }));
  CHECK(topics.queue->undelivered() == 6);
  const auto got = topics.take(topics.first, 6);
  REQUIRE(got.size() == 6);
  CHECK(topics.queue->undelivered() == 0);
  CHECK(topics.queue->lag() == 6);
  CHECK(topics.commit(topics.first, got).ok());
  CHECK(topics.bench.wait_for([&] { return topics.queue->lag() == 0; }));
  CHECK(*topics.queue->lag_age() < whole_seconds(10));
}

}  // namespace wavetank::live
