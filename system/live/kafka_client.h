#pragma once
// What all Kafka clients of a process share: how librdkafka is set up, where its words go, and what
// its errors mean here.

#include <functional>
#include <librdkafka/rdkafka.h>
#include <memory>
#include <mutex>
#include <string>

#include "system/base/result.h"
#include "system/live/target.h"

namespace wavetank::live {

/// Where librdkafka's words go instead of stderr, each once in a row. From any thread.
class KafkaLog {
 public:
  /// `level` is syslog's: 3 is an error, 4 a warning.
  using Sink = std::function<void(int level, const std::string& text)>;

  explicit KafkaLog(Sink sink = nullptr) : sink_(std::move(sink)) {}
  void add(int level, const std::string& text);
  /// The last warning or error, with what it hints at; empty while there was none. Where a broker
  /// is outside `allow` that is said, whatever came of it.
  std::string last_error() const;
  void forbidden(const std::string& text);

 private:
  Sink sink_;
  mutable std::mutex mutex_;
  std::string last_error_, last_text_, forbidden_;
};

/// What librdkafka tells a client: errors, rebalances and receipts to the thread that polls it.
class KafkaListener {
 public:
  explicit KafkaListener(KafkaLog& log) : log_(log) {}
  virtual ~KafkaListener() = default;
  KafkaListener(const KafkaListener&) = delete;
  KafkaListener& operator=(const KafkaListener&) = delete;

  KafkaLog& log() { return log_; }
  virtual void failed(rd_kafka_resp_err_t error, const std::string& text);
  virtual void rebalanced(rd_kafka_resp_err_t, rd_kafka_topic_partition_list_t*) {}
  virtual void delivered(const rd_kafka_message_t&) {}

 protected:
  KafkaLog& log_;
};

template <auto destroy>
struct KafkaDestroy {
  template <class T>
  void operator()(T* held) const {
    destroy(held);
  }
};
using KafkaHandle = std::unique_ptr<rd_kafka_t, KafkaDestroy<rd_kafka_destroy>>;
using KafkaEvents = std::unique_ptr<rd_kafka_queue_t, KafkaDestroy<rd_kafka_queue_destroy>>;
using KafkaEvent = std::unique_ptr<rd_kafka_event_t, KafkaDestroy<rd_kafka_event_destroy>>;
using KafkaMessage = std::unique_ptr<rd_kafka_message_t, KafkaDestroy<rd_kafka_message_destroy>>;
using KafkaPlaces = std::unique_ptr<rd_kafka_topic_partition_list_t,
                                    KafkaDestroy<rd_kafka_topic_partition_list_destroy>>;

/// Settings of one client, then the client.
class KafkaSetup {
 public:
  /// `listener` outlives the client.
  KafkaSetup(const KafkaTarget& target, KafkaListener& listener);
  KafkaSetup& set(const char* name, const std::string& value);
  KafkaSetup& set(const char* name, Duration value);  ///< in ms
  KafkaSetup& hear_rebalances();
  KafkaSetup& hear_receipts();
  /// Connects in the background. Throws std::runtime_error where a setting is refused.
  KafkaHandle open(rd_kafka_type_t type);

 private:
  void set_secret(const char* name, const std::string& value);
  std::unique_ptr<rd_kafka_conf_t, KafkaDestroy<rd_kafka_conf_destroy>> conf_;
};

/// `persisted` says whether the effect may have happened.
Failure failure_of(rd_kafka_resp_err_t error, bool persisted);

}  // namespace wavetank::live
