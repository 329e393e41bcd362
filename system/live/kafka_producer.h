#pragma once
// KafkaProducer: the one idempotent producer of a process, and the thread that serves it.
//
// send() never blocks; a receipt follows for every message that it took. What a broker has not
// acknowledged within target.delivery_timeout fails. While no broker can be reached, what was never
// sent is taken back and refused, so that nothing is appended long after its caller gave up.

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "system/live/kafka_client.h"

namespace wavetank::live {

class KafkaProducer final : private KafkaListener {
 public:
  struct Message {
    std::uint64_t number = 0;  ///< names it in its receipt
    std::string topic;
    std::uint32_t partition = 0;
    std::optional<std::string> key, value;  ///< none is not the same as empty
    std::vector<std::pair<std::string, std::optional<std::string>>> headers;
  };
  struct Receipt {
    std::uint64_t number = 0;
    std::optional<Failure> failure;
    std::int64_t offset = 0;
  };
  /// On the producer's own thread: what one turn of it brought.
  using Told = std::function<void(std::vector<Receipt>)>;

  /// Throws std::runtime_error where a setting is refused. `log` outlives it.
  KafkaProducer(const KafkaTarget& target, KafkaLog& log, Told told);
  /// Gives what is under way a second.
  ~KafkaProducer() override;

  /// Empty where the message was taken.
  std::optional<Failure> send(const Message& message);

 private:
  void failed(rd_kafka_resp_err_t error, const std::string& text) override;
  void delivered(const rd_kafka_message_t& message) override;
  void serve();
  bool reachable();

  Told told_;
  std::vector<Receipt> receipts_;
  bool down_ = false;  ///< no broker can be reached
  std::atomic<bool> stopping_ = false;
  KafkaHandle client_;
  std::thread thread_;
};

}  // namespace wavetank::live
