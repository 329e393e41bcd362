#include "system/live/kafka_client.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <utility>

#include "system/live/drill/reach.h"
#include "system/live/tsan_threads.h"

namespace wavetank::live {
namespace {

constexpr int warning = 4;
constexpr int error_level = 3;

KafkaListener& listener_of(void* opaque) { return *static_cast<KafkaListener*>(opaque); }

void on_log(const rd_kafka_t* client, int level, const char* facility, const char* text) {
  listener_of(rd_kafka_opaque(client)).log().add(level, std::string(facility) + ": " + text);
}

void on_error(rd_kafka_t*, int error, const char* reason, void* opaque) {
  listener_of(opaque).failed(static_cast<rd_kafka_resp_err_t>(error), reason);
}

void on_rebalance(rd_kafka_t*, rd_kafka_resp_err_t error, rd_kafka_topic_partition_list_t* places,
                  void* opaque) {
  listener_of(opaque).rebalanced(error, places);
}

/// A bootstrap server or a broker that another one advertises: librdkafka has looked it up, and
/// leaves the connecting to us. The socket does not block.
int on_connect(int socket, const sockaddr* address, int size, const char* broker, void* opaque) {
  if (!Reach::permits(*address)) {
    listener_of(opaque).log().forbidden("broker " + std::string(broker) + ": " +
                                        beyond_reach(*address));
    return EACCES;
  }
  if (::connect(socket, address, static_cast<socklen_t>(size)) == 0) return 0;
  return errno == EINPROGRESS ? 0 : errno;
}

void on_receipt(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
  listener_of(opaque).delivered(*message);
}

}  // namespace

void KafkaLog::add(int level, const std::string& text) {
  {
    const std::lock_guard lock(mutex_);
    if (level <= warning) last_error_ = text;
    if (text == std::exchange(last_text_, text)) return;
  }
  if (sink_) sink_(level, text);
}

std::string KafkaLog::last_error() const {
  const std::lock_guard lock(mutex_);
  return forbidden_.empty() ? last_error_ : forbidden_;
}

void KafkaLog::forbidden(const std::string& text) {
  {
    const std::lock_guard lock(mutex_);
    forbidden_ = text;
  }
  add(error_level, text);
}

void KafkaListener::failed(rd_kafka_resp_err_t error, const std::string& text) {
  // That every broker is down is known from the line before, which also says why.
  if (error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) return;
  log_.add(error_level, std::string(rd_kafka_err2name(error)) + ": " + text);
}

KafkaSetup::KafkaSetup(const KafkaTarget& target, KafkaListener& listener)
    : conf_(rd_kafka_conf_new()) {
  see_c11_threads();
  rd_kafka_conf_set_opaque(conf_.get(), &listener);
  rd_kafka_conf_set_log_cb(conf_.get(), on_log);
  rd_kafka_conf_set_error_cb(conf_.get(), on_error);
  rd_kafka_conf_set_connect_cb(conf_.get(), on_connect);
  set("bootstrap.servers", target.brokers);
  set("security.protocol", target.security);
  if (!target.ca.empty()) set("ssl.ca.location", target.ca);
  if (target.security.starts_with("sasl_")) {
    set("sasl.mechanism", target.mechanism);
    set("sasl.username", target.user);
    set_secret("sasl.password", target.password.read());
  }
  // As the Java client: a broker that is back is found within a second.
  set("reconnect.backoff.ms", milliseconds(50));
  set("reconnect.backoff.max.ms", whole_seconds(1));
  // A link that went silent is given up before a consumer's session is.
  set("socket.timeout.ms", std::max(whole_seconds(2), target.session_timeout));
  set("socket.connection.setup.timeout.ms", whole_seconds(5));
  set("socket.nagle.disable", "true");
}

KafkaSetup& KafkaSetup::set(const char* name, const std::string& value) {
  char problem[512];
  const auto done = rd_kafka_conf_set(conf_.get(), name, value.c_str(), problem, sizeof(problem));
  if (done != RD_KAFKA_CONF_OK) {
    throw std::runtime_error("Kafka client: " + std::string(name) + "=" + value + ": " + problem);
  }
  return *this;
}

void KafkaSetup::set_secret(const char* name, const std::string& value) {
  char problem[512];  // It may repeat the value.
  const auto done = rd_kafka_conf_set(conf_.get(), name, value.c_str(), problem, sizeof(problem));
  if (done != RD_KAFKA_CONF_OK) {
    throw std::runtime_error("Kafka client: " + std::string(name) + " cannot be set");
  }
}

KafkaSetup& KafkaSetup::set(const char* name, Duration value) {
  return set(name, std::to_string(value.ns / 1'000'000));
}

KafkaSetup& KafkaSetup::hear_rebalances() {
  rd_kafka_conf_set_rebalance_cb(conf_.get(), on_rebalance);
  return *this;
}

KafkaSetup& KafkaSetup::hear_receipts() {
  rd_kafka_conf_set_dr_msg_cb(conf_.get(), on_receipt);
  return *this;
}

KafkaHandle KafkaSetup::open(rd_kafka_type_t type) {
  char problem[512];
  KafkaHandle client(rd_kafka_new(type, conf_.get(), problem, sizeof(problem)));
  if (!client) throw std::runtime_error("Kafka client: " + std::string(problem));
  static_cast<void>(conf_.release());  // the client's own now
  return client;
}

Failure failure_of(rd_kafka_resp_err_t error, bool persisted) {
  switch (error) {
    case RD_KAFKA_RESP_ERR__MSG_TIMED_OUT:
    case RD_KAFKA_RESP_ERR__TIMED_OUT:
    case RD_KAFKA_RESP_ERR__WAIT_COORD:
    case RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT:
      return Failure::timeout;
    case RD_KAFKA_RESP_ERR__QUEUE_FULL:
    case RD_KAFKA_RESP_ERR_THROTTLING_QUOTA_EXCEEDED:
      return Failure::throttled;
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
      return Failure::not_found;
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_INVALID_MSG:
    case RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE:
    case RD_KAFKA_RESP_ERR_INVALID_RECORD:
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
      return Failure::invalid;
    case RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION:
    case RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS:
    case RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID:
      return Failure::fenced;
    case RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID:
    case RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED:
    case RD_KAFKA_RESP_ERR__ASSIGNMENT_LOST:
      return Failure::evicted;
    default:
      return persisted ? Failure::reset : Failure::refused;
  }
}

}  // namespace wavetank::live
