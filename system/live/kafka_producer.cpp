#include "system/live/kafka_producer.h"

#include <algorithm>

namespace wavetank::live {
namespace {

constexpr int turn_ms = 50;
constexpr int probe_ms = 100;
constexpr int last_turn_ms = 1'000;
constexpr Duration new_topic = whole_seconds(2);  // until every broker knows of it
constexpr const char* most_waiting = "10000";     // messages: beyond, callers are throttled

}  // namespace

KafkaProducer::KafkaProducer(const KafkaTarget& target, KafkaLog& log, Told told)
    : KafkaListener(log), told_(std::move(told)) {
  KafkaSetup setup(target, *this);
  setup.hear_receipts()
      .set("client.id", "wavetank")
      .set("enable.idempotence", "true")
      .set("acks", "all")
      .set("partitioner", "murmur2")
      .set("queue.buffering.max.messages", most_waiting)
      .set("linger.ms", std::to_string(seconds(target.linger) * 1e3))
      .set("message.timeout.ms", target.delivery_timeout)
      .set("topic.metadata.propagation.max.ms", std::min(new_topic, target.delivery_timeout));
  client_ = setup.open(RD_KAFKA_PRODUCER);
  thread_ = std::thread([this] { serve(); });
}

KafkaProducer::~KafkaProducer() {
  stopping_ = true;
  thread_.join();
  rd_kafka_flush(client_.get(), last_turn_ms);
}

std::optional<Failure> KafkaProducer::send(const Message& message) {
  rd_kafka_headers_t* headers = rd_kafka_headers_new(message.headers.size());
  const auto data = [](const auto& text) { return text ? text->data() : nullptr; };
  const auto size = [](const auto& text) { return text ? text->size() : 0; };
  for (const auto& [name, value] : message.headers) {
    rd_kafka_header_add(headers, name.data(), static_cast<ssize_t>(name.size()), data(value),
                        static_cast<ssize_t>(size(value)));
  }
  // The message's opaque pointer carries its number.
  auto* number = reinterpret_cast<void*>(static_cast<std::uintptr_t>(message.number));
  // clang-format off
  const rd_kafka_resp_err_t error = rd_kafka_producev(
      client_.get(),
      RD_KAFKA_V_TOPIC(message.topic.c_str()),
      RD_KAFKA_V_PARTITION(static_cast<std::int32_t>(message.partition)),
      RD_KAFKA_V_KEY(data(message.key), size(message.key)),
      RD_KAFKA_V_VALUE(const_cast<char*>(data(message.value)), size(message.value)),
      RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
      RD_KAFKA_V_HEADERS(headers),
      RD_KAFKA_V_OPAQUE(number),
      RD_KAFKA_V_END);
  // clang-format on
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return std::nullopt;
  rd_kafka_headers_destroy(headers);  // the client's own only where it took the message
  log_.add(3, "publish to " + message.topic + ": " + rd_kafka_err2str(error));
  return failure_of(error, false);
}

void KafkaProducer::failed(rd_kafka_resp_err_t error, const std::string& text) {
  KafkaListener::failed(error, text);
  if (error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) down_ = true;
}

void KafkaProducer::delivered(const rd_kafka_message_t& message) {
  Receipt receipt;
  receipt.number = static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(message._private));
  receipt.offset = message.offset;
  if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    const bool persisted = rd_kafka_message_status(&message) != RD_KAFKA_MSG_STATUS_NOT_PERSISTED;
    receipt.failure = failure_of(message.err, persisted);
    if (message.err != RD_KAFKA_RESP_ERR__PURGE_QUEUE) {
      log_.add(3, std::string("publish to ") + rd_kafka_topic_name(message.rkt) + ": " +
                      rd_kafka_err2str(message.err));
    }
  }
  receipts_.push_back(receipt);
}

// The library says when the last broker has gone, not when one is back.
bool KafkaProducer::reachable() {
  const rd_kafka_metadata_t* metadata = nullptr;
  const auto error = rd_kafka_metadata(client_.get(), 0, nullptr, &metadata, probe_ms);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return false;
  rd_kafka_metadata_destroy(metadata);
  return true;
}

void KafkaProducer::serve() {
  while (!stopping_) {
    rd_kafka_poll(client_.get(), turn_ms);
    if (down_) down_ = !reachable();
    if (down_) {
      rd_kafka_purge(client_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_NON_BLOCKING);
    }
    if (receipts_.empty()) continue;
    told_(std::exchange(receipts_, {}));
  }
}

}  // namespace wavetank::live
