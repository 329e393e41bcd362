#include <librdkafka/rdkafka.h>

#include <memory>

#include "system/live/drill/lock.h"
#include "system/live/drill/marker.h"
#include "system/live/pq_session.h"
#include "system/live/redis_session.h"
#include "tests/live/drill_lock_contract.h"
#include "tests/live/fixture.h"

// Locks and markers at real services, under names of their own.

namespace wavetank::live {
namespace {

constexpr const char* good =
    R"({"environment": "test", "expires": "2999-01-01T00:00:00Z", "owner": "ada"})";

TEST_CASE("drill: a lock in PostgreSQL") {
  const Target* target = cluster();
  if (target == nullptr) return;
  DatabaseTarget database = target->database;
  database.schema = fresh_run();
  check_lock_place(*lock_in_database(database));
  SocketWatch watch;
  PqSession session(database, "test", whole_seconds(5), watch);
  session.transact(
      [&](pqxx::work& work) { work.exec("drop schema " + database.schema + " cascade"); });
  database.port = 1;
  CHECK(lock_in_database(database)->read("run").why().find("wavetank_locks") != std::string::npos);
}

TEST_CASE("drill: a lock in Redis") {
  const Target* target = cluster();
  if (target == nullptr) return;
  CacheTarget cache = target->cache;
  cache.prefix = fresh_run() + ':';
  check_lock_place(*lock_in_cache(cache));
  cache.port = 1;
  CHECK(lock_in_cache(cache)->take("run", "a", minutes(1)).why().find("the lock at key") !=
        std::string::npos);
}

TEST_CASE("drill: a marker in a row") {
  const Target* real = cluster();
  if (real == nullptr) return;
  Target target = *real;
  target.marker.kind = "sql";
  target.marker.query = std::string("select '") + good + "'::jsonb";
  CHECK(check_marker(target).consent == Consent::given);
  target.marker.query = "select 1 where false";
  CHECK(check_marker(target).consent == Consent::withdrawn);
  target.marker.query = "select nonsense";
  CHECK(check_marker(target).consent == Consent::unknown);
  target.marker.query = "create table struck (a int)";
  CHECK(check_marker(target).why.find("read-only") != std::string::npos);
}

TEST_CASE("drill: a marker in a key") {
  const Target* real = cluster();
  if (real == nullptr) return;
  Target target = *real;
  target.marker.kind = "key";
  target.marker.key = fresh_run() + ":marker";
  CHECK(check_marker(target).consent == Consent::withdrawn);
  RedisSession session(target.cache);
  session.ask({"SET", target.marker.key, good, "EX", "60"}, whole_seconds(5));
  CHECK(check_marker(target).consent == Consent::given);
  session.ask({"DEL", target.marker.key}, whole_seconds(5));
}

/// Publishes to a topic, which the broker makes.
void publish(const Target& target, const std::string& topic, const std::string& text) {
  char error[512] = "";
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  rd_kafka_conf_set(conf, "bootstrap.servers", target.kafka.brokers.c_str(), error, sizeof error);
  const std::unique_ptr<rd_kafka_t, void (*)(rd_kafka_t*)> client(
      rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof error), rd_kafka_destroy);
  REQUIRE(client);
  const std::unique_ptr<rd_kafka_NewTopic_t, void (*)(rd_kafka_NewTopic_t*)> made(
      rd_kafka_NewTopic_new(topic.c_str(), 1, 1, error, sizeof error), rd_kafka_NewTopic_destroy);
  const std::unique_ptr<rd_kafka_queue_t, void (*)(rd_kafka_queue_t*)> events(
      rd_kafka_queue_new(client.get()), rd_kafka_queue_destroy);
  rd_kafka_NewTopic_t* topics[] = {made.get()};
  rd_kafka_CreateTopics(client.get(), topics, 1, nullptr, events.get());
  rd_kafka_event_destroy(rd_kafka_queue_poll(events.get(), 30'000));
  rd_kafka_producev(client.get(), RD_KAFKA_V_TOPIC(topic.c_str()),
                    RD_KAFKA_V_VALUE(const_cast<char*>(text.data()), text.size()),
                    RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END);
  REQUIRE(rd_kafka_flush(client.get(), 30'000) == RD_KAFKA_RESP_ERR_NO_ERROR);
}

TEST_CASE("drill: a marker in a topic is its last record") {
  const Target* real = cluster();
  if (real == nullptr) return;
  Target target = *real;
  target.marker.kind = "topic";
  target.marker.topic = "marker-" + fresh_run();
  CHECK(check_marker(target).consent == Consent::withdrawn);
  publish(target, target.marker.topic, "old");
  CHECK(check_marker(target).why.find("no JSON object") != std::string::npos);
  publish(target, target.marker.topic, good);
  CHECK(check_marker(target).consent == Consent::given);
  target.kafka.brokers = "127.0.0.1:1";
  CHECK(check_marker(target).consent == Consent::unknown);
}

}  // namespace
}  // namespace wavetank::live
