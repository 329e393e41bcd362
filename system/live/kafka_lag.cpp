#include "system/live/kafka_lag.h"

#include <algorithm>
#include <chrono>

#include "system/live/kafka_topics.h"

namespace wavetank::live {
namespace {

constexpr int patience_ms = 2'000;

}  // namespace

KafkaLag::KafkaLag(const KafkaTarget& target, std::uint8_t group, Duration every, KafkaLog& log)
    : KafkaListener(log), target_(target), group_(group), every_(every) {
  KafkaSetup setup(target, *this);
  setup.set("client.id", "wavetank-lag")
      .set("group.id", group_name(target, group))
      .set("enable.auto.commit", "false");
  client_ = setup.open(RD_KAFKA_CONSUMER);
  thread_ = std::thread([this] { watch(); });
}

KafkaLag::~KafkaLag() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

KafkaPlaces KafkaLag::places() const {
  KafkaPlaces all(rd_kafka_topic_partition_list_new(8));
  for (int t = 0; t < consumed_topics; ++t) {
    const std::string name = topic_name(target_, static_cast<Topic>(t));
    rd_kafka_topic_partition_list_add_range(all.get(), name.c_str(), 0,
                                            static_cast<int>(target_.partitions) - 1);
  }
  return all;
}

bool KafkaLag::look() {
  const KafkaPlaces committed = places();
  if (rd_kafka_committed(client_.get(), committed.get(), patience_ms) !=
      RD_KAFKA_RESP_ERR_NO_ERROR) {
    return false;
  }
  const KafkaPlaces ends = places();
  for (int i = 0; i < ends->cnt; ++i) ends->elems[i].offset = RD_KAFKA_OFFSET_END;
  if (rd_kafka_offsets_for_times(client_.get(), ends.get(), patience_ms) !=
      RD_KAFKA_RESP_ERR_NO_ERROR) {
    return false;
  }
  const std::lock_guard lock(mutex_);
  for (int i = 0; i < ends->cnt; ++i) {
    if (ends->elems[i].err != RD_KAFKA_RESP_ERR_NO_ERROR || ends->elems[i].offset < 0) continue;
    // Both lists are in one order. A place without a commit is read from its start.
    const auto partition = static_cast<std::uint32_t>(ends->elems[i].partition);
    const auto topic = topic_named(target_, ends->elems[i].topic);
    found_[place_of(*topic, partition)] = {ends->elems[i].offset,
                                           std::max<std::int64_t>(committed->elems[i].offset, 0)};
  }
  answered_ = std::chrono::steady_clock::now();
  return true;
}

void KafkaLag::watch() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    look();
    // Errors and logs of the connections.
    if (const KafkaMessage message{rd_kafka_consumer_poll(client_.get(), 0)}) {
      failed(message->err, rd_kafka_message_errstr(message.get()));
    }
    lock.lock();
    wake_.wait_for(lock, std::chrono::nanoseconds(every_.ns), [this] { return stopping_; });
  }
}

std::optional<KafkaLag::Place> KafkaLag::at(Topic topic, std::uint32_t partition) const {
  const std::lock_guard lock(mutex_);
  const auto found = found_.find(place_of(topic, partition));
  if (found == found_.end()) return std::nullopt;
  return found->second;
}

std::optional<Duration> KafkaLag::age() const {
  const std::lock_guard lock(mutex_);
  if (!answered_) return std::nullopt;
  return Duration{std::chrono::duration_cast<std::chrono::nanoseconds>(
                      std::chrono::steady_clock::now() - *answered_)
                      .count()};
}

}  // namespace wavetank::live
