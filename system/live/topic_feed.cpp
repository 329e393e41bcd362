#include "system/live/topic_feed.h"

#include <chrono>
#include <stdexcept>
#include <thread>

namespace wavetank::live {
namespace {

constexpr int answer_ms = 5'000;
constexpr int turn_ms = 50;

using Metadata =
    std::unique_ptr<const rd_kafka_metadata_t, KafkaDestroy<rd_kafka_metadata_destroy>>;
using TopicHandle = std::unique_ptr<rd_kafka_topic_t, KafkaDestroy<rd_kafka_topic_destroy>>;

std::optional<std::string> bytes_of(const void* data, std::size_t size) {
  if (data == nullptr) return std::nullopt;
  return std::string(static_cast<const char*>(data), size);
}

TopicMessage message_of(const rd_kafka_message_t& from) {
  TopicMessage to;
  to.topic = rd_kafka_topic_name(from.rkt);
  to.partition = static_cast<std::uint32_t>(from.partition);
  to.offset = from.offset;
  to.key = bytes_of(from.key, from.key_len);
  to.value = bytes_of(from.payload, from.len);
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&from, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return to;
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  for (std::size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &size) ==
                          RD_KAFKA_RESP_ERR_NO_ERROR; ++i) {
    to.headers.emplace_back(name, bytes_of(value, size));
  }
  return to;
}

/// Tried again while the partition has no leader yet, as when its topic is new.
rd_kafka_resp_err_t watermarks(rd_kafka_t* client, const std::string& topic, std::int32_t number,
                               std::int64_t& low, std::int64_t& high) {
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::milliseconds(answer_ms);
  for (;;) {
    const rd_kafka_resp_err_t error =
        rd_kafka_query_watermark_offsets(client, topic.c_str(), number, &low, &high, answer_ms);
    const bool leaderless = error == RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION ||
                            error == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE ||
                            error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
    if (!leaderless || std::chrono::steady_clock::now() >= give_up) return error;
    std::this_thread::sleep_for(std::chrono::milliseconds(turn_ms));
  }
}

void must(rd_kafka_resp_err_t error, const std::string& topic) {
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return;
  throw std::runtime_error("topic " + topic + ": " + rd_kafka_err2str(error));
}

}  // namespace

TopicFeed::TopicFeed(const KafkaTarget& target, std::vector<std::string> topics, KafkaLog& log,
                     Told told)
    : KafkaListener(log), target_(target), topics_(std::move(topics)), told_(std::move(told)),
      thread_([this] { run(); }) {}

TopicFeed::~TopicFeed() {
  stopping_ = true;
  thread_.join();
}

void TopicFeed::run() {
  try {
    KafkaSetup setup(target_, *this);
    setup.set("group.id", "wavetank-feed")  // the client wants one; none is joined
        .set("client.id", "wavetank")
        .set("enable.auto.commit", "false")
        .set("enable.auto.offset.store", "false")
        .set("allow.auto.create.topics", "false");
    const KafkaHandle client = setup.open(RD_KAFKA_CONSUMER);
    rd_kafka_poll_set_consumer(client.get());
    read(client.get());
    rd_kafka_assign(client.get(), nullptr);
  } catch (const std::exception& error) {
    const std::string last = log_.last_error();
    told_.failed(error.what() + (last.empty() ? "" : " (" + last + ")"));
  }
}

/// Every partition, from the next message on.
KafkaPlaces TopicFeed::ends(rd_kafka_t* client) {
  KafkaPlaces places(rd_kafka_topic_partition_list_new(1));
  for (const std::string& topic : topics_) {
    const TopicHandle handle(rd_kafka_topic_new(client, topic.c_str(), nullptr));
    const rd_kafka_metadata_t* raw = nullptr;
    must(rd_kafka_metadata(client, 0, handle.get(), &raw, answer_ms), topic);
    const Metadata metadata(raw);
    if (metadata->topic_cnt != 1) throw std::runtime_error("there is no topic " + topic);
    must(metadata->topics[0].err, topic);
    for (int i = 0; i < metadata->topics[0].partition_cnt; ++i) {
      const std::int32_t number = metadata->topics[0].partitions[i].id;
      std::int64_t low = 0, high = 0;
      must(watermarks(client, topic, number, low, high), topic);
      rd_kafka_topic_partition_list_add(places.get(), topic.c_str(), number)->offset = high;
    }
  }
  return places;
}

void TopicFeed::read(rd_kafka_t* client) {
  rd_kafka_assign(client, ends(client).get());
  told_.reading();
  while (!stopping_) {
    const KafkaMessage message(rd_kafka_consumer_poll(client, turn_ms));
    if (!message) continue;
    // A broker that is away comes back; what it was asked for is asked again.
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) continue;
    told_.message(message_of(*message));
  }
}

}  // namespace wavetank::live
