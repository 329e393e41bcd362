// What a broker or a stranger can do to the queue: foreign records, missing topics, dead ends.

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "system/live/wire.h"
#include "tests/live/kafka_bench.h"

namespace wavetank::live {
namespace {

/// A server on loopback that takes connections and never says a word; closed, one that refuses.
class Mute {
 public:
  Mute() : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* where = reinterpret_cast<sockaddr*>(&address);
    REQUIRE(bind(socket_, where, size) == 0);
    REQUIRE(listen(socket_, 16) == 0);
    REQUIRE(getsockname(socket_, where, &size) == 0);
    brokers = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  }
  ~Mute() { close(); }
  void close() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }
  std::string brokers;

 private:
  int socket_;
};

}  // namespace

TEST_CASE("kafka: what is no record of ours is passed over, counted, and committed past") {
  if (cluster() == nullptr) return;
  Topics topics(own_topics(*cluster()));
  const std::uint32_t partition = topics.queue->partition_of(EntityId{0}, Topic::p0);
  REQUIRE(topics.publish(record_of(0, 0)).ok());
  topics.throw_in("{\"order\": 7", partition);
  topics.throw_in("", partition);
  topics.throw_in("[1, 2]", partition);
  topics.throw_in("{\"somebody\": \"else's\"}", partition);
  REQUIRE(topics.publish(record_of(1, 0)).ok());
  topics.throw_in("\xff\xfe\x00garbage", partition);
  auto got = topics.take(topics.first, 2);
  REQUIRE(got.size() == 2);
  CHECK(got[1].offset == 5);
  for (int i = 0; i < 20 && topics.queue->broken_records() < 5; ++i) {
    CHECK(topics.poll(topics.first).deliveries.empty());
  }
  CHECK(topics.queue->broken_records() == 5);
  CHECK(topics.queue->last_error().find("passed over") != std::string::npos);
  // The commit of the last that it was handed goes past the one behind it.
  CHECK(topics.commit(topics.first, got, true).ok());
  topics.queue->watch_lag(milliseconds(100));
  CHECK(topics.bench.wait_for([&] { return topics.queue->lag_age().has_value(); }));
  CHECK(topics.queue->lag(Topic::p0, partition) == 0);
  // With nothing handed out it is committed without the service.
  topics.throw_in("nonsense", partition);
  CHECK(topics.bench.wait_for([&] { return topics.queue->lag(Topic::p0, partition) == 1; }));
  CHECK(topics.poll(topics.second).deliveries.empty());
  for (int i = 0; i < 20 && topics.queue->broken_records() < 6; ++i) topics.poll(topics.second);
  CHECK(topics.bench.wait_for([&] { return topics.queue->lag(Topic::p0, partition) == 0; }));
}

TEST_CASE("kafka: a field that is new to us does no harm") {
  if (cluster() == nullptr) return;
  Topics topics(own_topics(*cluster()));
  std::string text = encode(record_of(9, 0), topics.bench.core.clock);
  text.insert(1, "\"later\": {\"version\": 2}, ");
  topics.throw_in(text, 1);
  const auto got = topics.take(topics.first, 1);
  REQUIRE(got.size() == 1);
  CHECK(got[0].record.process == ProcessId{9});
  CHECK(topics.queue->broken_records() == 0);
}

TEST_CASE("kafka: topics are made once, and a wrong number of partitions is said") {
  if (cluster() == nullptr) return;
  Topics topics(own_topics(*cluster()));
  CHECK(topics.queue->ensure_topics() == "");
  KafkaTarget other = topics.target.kafka;
  other.partitions += 1;
  KafkaLog log;
  const std::string problem = create_topics(other, log, whole_seconds(20));
  CAPTURE(problem);
  CHECK(problem.find(other.prefix) != std::string::npos);
  CHECK(problem.find("7") != std::string::npos);
}

TEST_CASE("kafka: a topic that is not there is not found, by its name") {
  if (cluster() == nullptr) return;
  Target target = own_topics(*cluster());
  target.kafka.delivery_timeout = whole_seconds(6);
  Topics topics(target, false);
  const auto reply = topics.publish(record_of(1, 1));
  REQUIRE(!reply.ok());
  CHECK(reply.failure() == Failure::not_found);
  CHECK(topics.queue->last_error().find(topic_name(target.kafka, Topic::p0)) != std::string::npos);
  CHECK(topics.poll(topics.first).deliveries.empty());
}

TEST_CASE(
    "kafka: where nobody listens a publish is refused, nothing is sent later, and it says why") {
  Mute port;
  Target target;
  target.kafka.brokers = port.brokers;
  port.close();
  Topics topics(target, false);
  const auto reply = topics.publish(record_of(1, 1));
  REQUIRE(!reply.ok());
  CHECK(reply.failure() == Failure::refused);
  // It stays so, also for what comes when the last broker has long been given up.
  for (int again = 0; again < 2; ++again) {
    const auto next = topics.publish(record_of(2, 1));
    REQUIRE(!next.ok());
    CHECK(next.failure() == Failure::refused);
  }
  CHECK(topics.heard.events.empty());
  CHECK(topics.queue->last_error().find(port.brokers) != std::string::npos);
  CHECK(topics.queue->last_error().find("refused") != std::string::npos);
  CHECK(topics.poll(topics.first).deliveries.empty());
  CHECK(topics.queue->ensure_topics(whole_seconds(2)).find("refused") != std::string::npos);
}

TEST_CASE("kafka: a broker that does not answer is a timeout") {
  const Mute port;
  Target target;
  target.kafka.brokers = port.brokers;
  Topics topics(target, false);
  const auto reply = topics.publish(record_of(1, 1), Topic::p0, whole_seconds(1));
  REQUIRE(!reply.ok());
  CHECK(reply.failure() == Failure::timeout);
  CHECK(topics.poll(topics.first).deliveries.empty());
  const auto none = topics.commit(topics.second, {});
  REQUIRE(!none.ok());
  CHECK(none.failure() == Failure::evicted);
  CHECK(topics.queue->ensure_topics(whole_seconds(1)) != "");
}

TEST_CASE("kafka: settings that the client refuses are an error with its words") {
  Target target;
  target.kafka.brokers = "127.0.0.1:1";
  target.kafka.linger = hours(10);
  Topics topics(target, false);
  const auto reply = topics.publish(record_of(1, 1));
  REQUIRE(!reply.ok());
  CHECK(reply.failure() == Failure::unavailable);
  CAPTURE(topics.queue->last_error());
  CHECK(topics.queue->last_error().find("linger.ms") != std::string::npos);
}

}  // namespace wavetank::live
