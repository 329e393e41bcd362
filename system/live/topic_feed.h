#pragma once
// TopicFeed: messages of somebody else's topics as they come, from their ends on. It joins no
// group and commits nothing, so nobody misses what it reads.

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "system/live/kafka_client.h"

namespace wavetank::live {

/// A message as it lies in a topic: what is missing there is missing here, and not empty.
struct TopicMessage {
  std::string topic;
  std::uint32_t partition = 0;
  std::int64_t offset = 0;
  std::optional<std::string> key, value;
  std::vector<std::pair<std::string, std::optional<std::string>>> headers;
};

class TopicFeed final : private KafkaListener {
 public:
  /// All are called on the feed's own thread. `reading`: whatever is published from now on is read.
  /// `failed` ends it: nothing is read any more.
  struct Told {
    std::function<void()> reading;
    std::function<void(TopicMessage)> message;
    std::function<void(const std::string& why)> failed;
  };

  /// Begins at once; does not wait for a broker. `log` outlives it.
  TopicFeed(const KafkaTarget& target, std::vector<std::string> topics, KafkaLog& log, Told told);
  /// Waits for its thread.
  ~TopicFeed() override;

  /// No message is told any more, soon.
  void stop() { stopping_ = true; }

 private:
  void run();
  void read(rd_kafka_t* client);
  KafkaPlaces ends(rd_kafka_t* client);

  const KafkaTarget target_;
  const std::vector<std::string> topics_;
  const Told told_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;  // last: it uses the others
};

}  // namespace wavetank::live
