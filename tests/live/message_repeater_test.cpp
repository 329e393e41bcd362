// The run's own messages, published again; nobody else's, and each but once.

#include "system/live/message_repeater.h"

#include <mutex>

#include "tests/live/kafka_bench.h"

namespace wavetank::live {
namespace {

using Headers = std::vector<std::pair<std::string, std::optional<std::string>>>;

TopicMessage message(std::optional<std::string> key, std::optional<std::string> value,
                     Headers headers = {}) {
  TopicMessage one;
  one.key = std::move(key);
  one.value = std::move(value);
  one.headers = std::move(headers);
  return one;
}

bool same(const TopicMessage& a, const TopicMessage& b) {
  return a.topic == b.topic && a.partition == b.partition && a.key == b.key && a.value == b.value &&
         a.headers == b.headers;
}

/// A platform's topics, what is published there, and all that lies there afterwards.
struct Platform {
  explicit Platform(const Target& cluster) : topics(attached(cluster)) {}

  static Target attached(const Target& cluster) {
    Target target = own_topics(cluster);
    target.platform = "attached";
    TopicTarget orders, bills;
    orders.name = topic_name(target.kafka, Topic::p0);
    orders.run = "/ref";
    bills.name = topic_name(target.kafka, Topic::p1);
    bills.id = "header:order";
    target.attach.topics = {orders, bills};
    return target;
  }
  const std::string& run() const { return topics.bench.core.env.run; }

  void publish(TopicMessage one, Topic topic, std::uint32_t partition) {
    one.topic = topic_name(topics.target.kafka, topic);
    one.partition = partition;
    KafkaProducer::Message sent;
    sent.topic = one.topic;
    sent.partition = partition;
    sent.key = one.key;
    sent.value = one.value;
    sent.headers = one.headers;
    REQUIRE(!producer.send(sent));
    published.push_back(one);
  }
  /// How often a message that was published lies in the topics.
  int copies(const TopicMessage& one) const {
    const std::lock_guard lock(mutex);
    return static_cast<int>(std::count_if(
        read.begin(), read.end(), [&one](const TopicMessage& found) { return same(found, one); }));
  }
  std::size_t lies_there() const {
    const std::lock_guard lock(mutex);
    return read.size();
  }

  Topics topics;
  KafkaLog log;
  KafkaProducer producer{topics.target.kafka, log, [](auto) {}};
  std::vector<TopicMessage> published;
  mutable std::mutex mutex;
  std::vector<TopicMessage> read;
  std::atomic<bool> reading{false};
  TopicFeed feed{topics.target.kafka,
                 {topic_name(topics.target.kafka, Topic::p0),
                  topic_name(topics.target.kafka, Topic::p1)},
                 log,
                 {[this] { reading = true; },
                  [this](TopicMessage one) {
                    const std::lock_guard lock(mutex);
                    read.push_back(std::move(one));
                  },
                  [](const std::string&) {}}};
};

TEST_CASE("message repeater: what a message says at a place") {
  const TopicMessage one =
      message("k-1", R"({"a": {"ref": "r1-7"}, "n": 5})", {{"x", "y"}, {"z", {}}});
  CHECK(said_at(one, "key") == "k-1");
  CHECK(said_at(one, "/a/ref") == "r1-7");
  CHECK(said_at(one, "/n") == "5");
  CHECK(said_at(one, "header:x") == "y");
  for (const char* place : {"", "/a", "/b", "header:z", "header:w", "header:"}) {
    CHECK_FALSE(said_at(one, place).has_value());
  }
  CHECK_FALSE(said_at(message({}, "no json"), "key").has_value());
  CHECK_FALSE(said_at(message({}, "no json"), "/a").has_value());
  CHECK_FALSE(said_at(message("k", {}), "/a").has_value());
}

TEST_CASE("message repeater: ours are published once more as they were, and nobody else's") {
  if (cluster() == nullptr) return;
  Platform platform(*cluster());
  Bench& bench = platform.topics.bench;
  AttachedBook book(bench.core.env);
  MessageRepeater repeater(bench.core.env, book, {1, milliseconds(20), {}});
  repeater.begin();
  REQUIRE_MESSAGE(bench.wait_for([&] { return repeater.reading() && platform.reading; }),
                  repeater.trouble());

  Ticket ticket;
  ticket.output = OutputId{7};
  book.ask(ticket, {});
  const std::string ours = R"({"ref": ")" + platform.run() + R"(-o7"})";
  const Headers traced = {{"trace", "t1"}, {"empty", ""}, {"none", {}}};
  platform.publish(message("calm", ours, traced), Topic::p0, 1);
  platform.publish(message({}, ours), Topic::p0, 0);
  platform.publish(message("calm", R"({"ref": "somebody-else"})"), Topic::p0, 1);
  platform.publish(message("", "no json at all"), Topic::p0, 1);
  platform.publish(message("k", "{}", {{"order", "id-1"}}), Topic::p1, 2);
  platform.publish(message("k", "{}", {{"order", "id-2"}}), Topic::p1, 2);
  platform.publish(message("k", {}, {{"order", "id-1"}}), Topic::p1, 2);
  // Who is told an id after the message has come still knows it as its own.
  book.learn("id-1", ticket.output);
  const bool came = bench.wait_for([&] { return repeater.repeated() == 4; });
  CHECK_MESSAGE(came, repeater.trouble());
  // What is published now comes behind all echoes, in every partition that has one.
  platform.publish(message("last", ours), Topic::p0, 1);
  REQUIRE(bench.wait_for([&] { return repeater.repeated() == 5; }));
  repeater.end();
  REQUIRE(bench.wait_for([&] { return platform.lies_there() == 13; }));
  const std::vector<int> copies = {2, 2, 1, 1, 2, 1, 2, 2};
  for (std::size_t i = 0; i < copies.size(); ++i) {
    CHECK_MESSAGE(platform.copies(platform.published[i]) == copies[i], "message " << i);
  }
  CHECK(repeater.ours(topic_name(platform.topics.target.kafka, Topic::p0)) == 3);
  CHECK(repeater.ours(topic_name(platform.topics.target.kafka, Topic::p1)) == 2);
  CHECK(repeater.trouble() == "");
}

TEST_CASE("message repeater: a share of ours, of one partition") {
  if (cluster() == nullptr) return;
  Platform platform(*cluster());
  Bench& bench = platform.topics.bench;
  AttachedBook book(bench.core.env);
  MessageRepeater repeater(bench.core.env, book, {0.5, Duration{}, 1u});
  repeater.begin();
  REQUIRE(bench.wait_for([&] { return repeater.reading(); }));
  for (int i = 0; i < 200; ++i) {
    const std::string body = R"({"ref": ")" + platform.run() + "-o" + std::to_string(i) + "\"}";
    platform.publish(message("k", body), Topic::p0, i % 2 == 0 ? 1 : 2);
  }
  const std::string orders = topic_name(platform.topics.target.kafka, Topic::p0);
  REQUIRE(bench.wait_for(
      [&] { return repeater.ours(orders) == 100 && repeater.repeated() >= 25; }));
  CHECK(repeater.repeated() <= 75);
}

TEST_CASE("message repeater: a topic that is not there is told") {
  if (cluster() == nullptr) return;
  Target target = Platform::attached(*cluster());
  Bench bench(target);
  AttachedBook book(bench.core.env);
  MessageRepeater repeater(bench.core.env, book, {});
  repeater.begin();
  REQUIRE(bench.wait_for([&] { return !repeater.trouble().empty(); }));
  CHECK(repeater.trouble().find(target.attach.topics[0].name) != std::string::npos);
}

}  // namespace
}  // namespace wavetank::live
