#pragma once
// KafkaLag: how far a consumer group is behind the ends of its topics, asked of the broker every so
// often on a thread of its own. It joins no group.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "system/live/kafka_client.h"
#include "system/ports/queue.h"

namespace wavetank::live {

class KafkaLag final : private KafkaListener {
 public:
  struct Place {
    std::int64_t end = 0;        ///< the offset of the next record
    std::int64_t committed = 0;  ///< the first not committed
  };

  KafkaLag(const KafkaTarget& target, std::uint8_t group, Duration every, KafkaLog& log);
  ~KafkaLag() override;

  // From any thread; what the last answer said.
  /// Empty for a place that it has no answer for.
  std::optional<Place> at(Topic topic, std::uint32_t partition) const;
  /// How old the last answer is; empty before the first. A broker that cannot be reached lets it
  /// grow: readiness follows from it.
  std::optional<Duration> age() const;

 private:
  using Moment = std::chrono::steady_clock::time_point;
  void watch();
  bool look();
  KafkaPlaces places() const;

  const KafkaTarget target_;
  const std::uint8_t group_;
  const Duration every_;
  KafkaHandle client_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::map<std::uint32_t, Place> found_;
  std::optional<Moment> answered_;
  std::thread thread_;
};

}  // namespace wavetank::live
