#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <vector>

#include "system/live/drill/marker.h"
#include "system/live/drill/web.h"
#include "system/live/kafka_client.h"
#include "system/live/pq_session.h"
#include "system/live/redis_session.h"

namespace wavetank::live {
namespace {

using Text = Answer<std::string>;
constexpr Duration within = whole_seconds(5);
constexpr int within_ms = 5'000;
constexpr std::size_t text_max = 64 << 10;

Text from_page(const Target& target) {
  const WebAnswer answer = ask_web({.url = target.marker.url, .most = Bytes{text_max}});
  if (answer.status == 404 || answer.status == 410) return std::string();
  if (!answer.ok()) return Text::none(answer.said());
  return answer.body;
}

Text from_file(const Target& target) {
  std::error_code error;
  const std::string& path = target.marker.file;
  if (!std::filesystem::exists(path, error) && !error) return std::string();
  std::ifstream in(path, std::ios::binary);
  if (!in) return Text::none(path + " cannot be read");
  return std::string{std::istreambuf_iterator<char>(in), {}};
}

Text from_row(const Target& target) {
  SocketWatch watch;
  PqSession session(target.database, "wavetank marker", within, watch);
  std::string text;
  // The query is the owner's: it may read, and what it would write is taken back.
  session.transact([&](pqxx::work& work) {
    work.exec("set transaction read only");
    const pqxx::result rows = work.exec(target.marker.query);
    if (!rows.empty() && !rows[0].empty() && !rows[0][0].is_null()) text = rows[0][0].c_str();
  });
  return text;
}

Text from_key(const Target& target) {
  RedisSession session(target.cache);
  const RedisAnswer answer = session.ask({"GET", target.marker.key}, within);
  return answer.kind == RedisAnswer::Kind::text ? answer.text : std::string();
}

using Metadata =
    std::unique_ptr<const rd_kafka_metadata_t, KafkaDestroy<rd_kafka_metadata_destroy>>;
using TopicHandle = std::unique_ptr<rd_kafka_topic_t, KafkaDestroy<rd_kafka_topic_destroy>>;
using Places = Answer<KafkaPlaces>;

/// The last record of each partition of the topic that has one; none where the topic is not there.
Places last_places(rd_kafka_t* client, const std::string& topic) {
  const TopicHandle handle(rd_kafka_topic_new(client, topic.c_str(), nullptr));
  const rd_kafka_metadata_t* raw = nullptr;
  const auto failed = rd_kafka_metadata(client, 0, handle.get(), &raw, within_ms);
  const Metadata metadata(raw);
  if (failed != RD_KAFKA_RESP_ERR_NO_ERROR) return Places::none(rd_kafka_err2str(failed));
  KafkaPlaces places(rd_kafka_topic_partition_list_new(1));
  if (metadata->topic_cnt != 1) return places;
  const rd_kafka_metadata_topic_t& found = metadata->topics[0];
  for (int i = 0; i < found.partition_cnt; ++i) {
    const std::int32_t number = found.partitions[i].id;
    std::int64_t low = 0, high = 0;
    const auto wrong =
        rd_kafka_query_watermark_offsets(client, topic.c_str(), number, &low, &high, within_ms);
    if (wrong != RD_KAFKA_RESP_ERR_NO_ERROR) return Places::none(rd_kafka_err2str(wrong));
    if (high <= low) continue;
    rd_kafka_topic_partition_list_add(places.get(), topic.c_str(), number)->offset = high - 1;
  }
  return places;
}

Text from_topic(const Target& target) {
  KafkaLog log;
  KafkaListener listener(log);
  KafkaSetup setup(target.kafka, listener);
  setup.set("group.id", "wavetank-marker").set("enable.auto.commit", "false");
  setup.set("allow.auto.create.topics", "false");
  const KafkaHandle client = setup.open(RD_KAFKA_CONSUMER);
  rd_kafka_poll_set_consumer(client.get());
  const auto places = last_places(client.get(), target.marker.topic);
  if (!places) {
    const std::string last = log.last_error();
    return Text::none(places.why() + (last.empty() ? "" : " (" + last + ")"));
  }
  rd_kafka_assign(client.get(), places->get());
  std::string text;
  std::int64_t newest = -1;
  for (int waiting = (*places)->cnt; waiting > 0; --waiting) {
    const KafkaMessage message(rd_kafka_consumer_poll(client.get(), within_ms));
    if (!message) return Text::none("no answer from " + target.kafka.brokers);
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return Text::none(rd_kafka_message_errstr(message.get()));
    }
    const std::int64_t at = rd_kafka_message_timestamp(message.get(), nullptr);
    if (at < newest) continue;
    newest = at;
    text.assign(static_cast<const char*>(message->payload), message->len);
  }
  return text;
}

}  // namespace

Answer<std::string> read_marker_text(const Target& target) {
  const std::string& kind = target.marker.kind;
  try {
    if (kind == "http") return from_page(target);
    if (kind == "file") return from_file(target);
    if (kind == "sql") return from_row(target);
    if (kind == "key") return from_key(target);
    if (kind == "topic") return from_topic(target);
  } catch (const std::exception& error) {
    return Text::none(error.what());
  }
  return Text::none("marker.kind is " + kind);
}

}  // namespace wavetank::live
