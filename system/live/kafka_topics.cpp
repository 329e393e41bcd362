#include "system/live/kafka_topics.h"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

#include "system/live/kafka_client.h"

namespace wavetank::live {
namespace {

constexpr const char* words[] = {"p0", "p1", "p2", "dead_letter"};
constexpr auto look_again = std::chrono::milliseconds(20);

struct NewTopicDestroy {
  void operator()(rd_kafka_NewTopic_t* topic) const { rd_kafka_NewTopic_destroy(topic); }
};
struct OldTopicDestroy {
  void operator()(rd_kafka_DeleteTopic_t* topic) const { rd_kafka_DeleteTopic_destroy(topic); }
};
struct OptionsDestroy {
  void operator()(rd_kafka_AdminOptions_t* options) const {
    rd_kafka_AdminOptions_destroy(options);
  }
};

int wanted_partitions(const KafkaTarget& target, int topic) {
  return topic < consumed_topics ? static_cast<int>(target.partitions) : 1;
}

int in_ms(Duration d) {
  return static_cast<int>(std::min<std::int64_t>(d.ns / 1'000'000, 3'600'000));
}

/// A client for one errand.
class Errand {
 public:
  Errand(const KafkaTarget& target, KafkaLog& log, Duration within, rd_kafka_admin_op_t op)
      : brokers_(target.brokers),
        listener_(log),
        client_(KafkaSetup(target, listener_).open(RD_KAFKA_PRODUCER)),
        events_(rd_kafka_queue_new(client_.get())),
        options_(rd_kafka_AdminOptions_new(client_.get(), op)),
        within_ms_(in_ms(within)) {
    char problem[256];
    rd_kafka_AdminOptions_set_request_timeout(options_.get(), within_ms_, problem, sizeof(problem));
    if (op == RD_KAFKA_ADMIN_OP_CREATETOPICS || op == RD_KAFKA_ADMIN_OP_DELETETOPICS) {
      rd_kafka_AdminOptions_set_operation_timeout(options_.get(), within_ms_, problem,
                                                  sizeof(problem));
    }
  }
  rd_kafka_t* client() { return client_.get(); }
  rd_kafka_queue_t* events() { return events_.get(); }
  const rd_kafka_AdminOptions_t* options() { return options_.get(); }
  int within_ms() const { return within_ms_; }
  KafkaEvent answer() {
    // A little longer than the request's own limit, whose error says more.
    return KafkaEvent(rd_kafka_queue_poll(events_.get(), within_ms_ + 1'000));
  }
  /// Why there is no good answer, with what the client's connections met.
  std::string problem(const char* said) {
    rd_kafka_poll(client_.get(), 0);
    const std::string last = listener_.log().last_error();
    return "Kafka at " + brokers_ + ": " + said + (last.empty() ? "" : " (" + last + ")");
  }

 private:
  std::string brokers_;
  KafkaListener listener_;
  KafkaHandle client_;
  KafkaEvents events_;
  std::unique_ptr<rd_kafka_AdminOptions_t, OptionsDestroy> options_;
  int within_ms_;
};

/// The first result that is neither good nor `fine`.
std::string problem_of(const rd_kafka_topic_result_t** results, std::size_t count,
                       rd_kafka_resp_err_t fine) {
  for (std::size_t i = 0; i < count; ++i) {
    const rd_kafka_resp_err_t error = rd_kafka_topic_result_error(results[i]);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR || error == fine) continue;
    const char* text = rd_kafka_topic_result_error_string(results[i]);
    return std::string("topic ") + rd_kafka_topic_result_name(results[i]) + ": " +
           (text != nullptr ? text : rd_kafka_err2str(error));
  }
  return "";
}

/// How many of our topics the broker lists; the first with other partitions than wanted is said.
int listed_topics(Errand& errand, const KafkaTarget& target, std::string& problem) {
  const rd_kafka_metadata_t* metadata = nullptr;
  const auto error = rd_kafka_metadata(errand.client(), 1, nullptr, &metadata, errand.within_ms());
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    problem = errand.problem(rd_kafka_err2str(error));
    return 0;
  }
  int listed = 0;
  for (int i = 0; i < metadata->topic_cnt; ++i) {
    const rd_kafka_metadata_topic_t& found = metadata->topics[i];
    const auto topic = topic_named(target, found.topic);
    if (!topic || found.err != RD_KAFKA_RESP_ERR_NO_ERROR) continue;
    ++listed;
    const int wanted = wanted_partitions(target, static_cast<int>(*topic));
    if (found.partition_cnt == wanted || !problem.empty()) continue;
    problem = std::string("topic ") + found.topic + " has " + std::to_string(found.partition_cnt) +
              " partitions, and the target says " + std::to_string(wanted);
  }
  rd_kafka_metadata_destroy(metadata);
  return listed;
}

/// A broker lists a topic some time after it was made.
std::string await_topics(Errand& errand, const KafkaTarget& target) {
  using Clock = std::chrono::steady_clock;
  const auto until = Clock::now() + std::chrono::milliseconds(errand.within_ms());
  for (;;) {
    std::string problem;
    const int listed = listed_topics(errand, target, problem);
    if (!problem.empty() || listed == topic_count) return problem;
    if (Clock::now() >= until) {
      return errand.problem("the broker does not list the topics that it has made");
    }
    std::this_thread::sleep_for(look_again);
  }
}

/// Why an errand as a whole came to nothing; empty where its topics have answers of their own.
std::string refused(Errand& errand, const KafkaEvent& event) {
  if (!event) return errand.problem("the broker does not answer");
  if (rd_kafka_event_error(event.get()) == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  return errand.problem(rd_kafka_event_error_string(event.get()));
}

std::string create(Errand& errand, const KafkaTarget& target) {
  std::vector<std::unique_ptr<rd_kafka_NewTopic_t, NewTopicDestroy>> owned;
  std::vector<rd_kafka_NewTopic_t*> topics;
  for (int t = 0; t < topic_count; ++t) {
    char problem[256];
    const std::string name = topic_name(target, static_cast<Topic>(t));
    owned.emplace_back(rd_kafka_NewTopic_new(name.c_str(), wanted_partitions(target, t), -1,
                                             problem, sizeof(problem)));
    if (!owned.back()) return "topic " + name + ": " + problem;
    // When a record was appended is the broker's to say.
    rd_kafka_NewTopic_set_config(owned.back().get(), "message.timestamp.type", "LogAppendTime");
    topics.push_back(owned.back().get());
  }
  rd_kafka_CreateTopics(errand.client(), topics.data(), topics.size(), errand.options(),
                        errand.events());
  const KafkaEvent event = errand.answer();
  if (std::string wrong = refused(errand, event); !wrong.empty()) return wrong;
  std::size_t count = 0;
  const auto* result = rd_kafka_event_CreateTopics_result(event.get());
  const auto** results = rd_kafka_CreateTopics_result_topics(result, &count);
  return problem_of(results, count, RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS);
}

std::string remove(Errand& errand, const KafkaTarget& target) {
  std::vector<std::unique_ptr<rd_kafka_DeleteTopic_t, OldTopicDestroy>> owned;
  std::vector<rd_kafka_DeleteTopic_t*> topics;
  for (int t = 0; t < topic_count; ++t) {
    owned.emplace_back(rd_kafka_DeleteTopic_new(topic_name(target, static_cast<Topic>(t)).c_str()));
    topics.push_back(owned.back().get());
  }
  rd_kafka_DeleteTopics(errand.client(), topics.data(), topics.size(), errand.options(),
                        errand.events());
  const KafkaEvent event = errand.answer();
  if (std::string wrong = refused(errand, event); !wrong.empty()) return wrong;
  std::size_t count = 0;
  const auto* result = rd_kafka_event_DeleteTopics_result(event.get());
  const auto** results = rd_kafka_DeleteTopics_result_topics(result, &count);
  return problem_of(results, count, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
}

}  // namespace

std::string topic_name(const KafkaTarget& target, Topic topic) {
  return target.prefix + words[static_cast<std::size_t>(topic)];
}

std::optional<Topic> topic_named(const KafkaTarget& target, std::string_view name) {
  for (int t = 0; t < topic_count; ++t) {
    if (name == topic_name(target, static_cast<Topic>(t))) return static_cast<Topic>(t);
  }
  return std::nullopt;
}

std::string group_name(const KafkaTarget& target, std::uint8_t group) {
  return target.prefix + "group" + std::to_string(group);
}

std::string check_topics(const KafkaTarget& target, bool listed, Duration within) {
  using Clock = std::chrono::steady_clock;
  KafkaLog log;
  try {
    Errand errand(target, log, std::min(within, whole_seconds(1)), RD_KAFKA_ADMIN_OP_CREATETOPICS);
    const auto until = Clock::now() + std::chrono::nanoseconds(within.ns);
    for (;;) {
      std::string problem;
      const int found = listed_topics(errand, target, problem);
      const bool answered = found > 0 || log.last_error().empty();
      if (problem.empty() && (!listed || found == topic_count)) return "";
      if (problem.empty()) {
        return "some topics " + target.prefix + "* are not there; wavetank migrate makes them";
      }
      // One that was refused, or hung up, says so at once; one that is silent is waited for.
      if (!answered || found > 0 || Clock::now() >= until) return problem;
    }
  } catch (const std::runtime_error& error) {
    return error.what();
  }
}

std::vector<std::string> missing_topics(const KafkaTarget& target, std::vector<std::string> topics,
                                        Duration within) {
  KafkaLog log;
  Errand errand(target, log, within, RD_KAFKA_ADMIN_OP_CREATETOPICS);
  const rd_kafka_metadata_t* found = nullptr;
  const auto error = rd_kafka_metadata(errand.client(), 1, nullptr, &found, errand.within_ms());
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    throw std::runtime_error(errand.problem(rd_kafka_err2str(error)));
  }
  for (int i = 0; i < found->topic_cnt; ++i) std::erase(topics, found->topics[i].topic);
  rd_kafka_metadata_destroy(found);
  return topics;
}

std::string create_topics(const KafkaTarget& target, KafkaLog& log, Duration within) {
  try {
    Errand errand(target, log, within, RD_KAFKA_ADMIN_OP_CREATETOPICS);
    const std::string problem = create(errand, target);
    return problem.empty() ? await_topics(errand, target) : problem;
  } catch (const std::runtime_error& error) {
    return error.what();
  }
}

std::string delete_topics(const KafkaTarget& target, KafkaLog& log, Duration within) {
  try {
    Errand errand(target, log, within, RD_KAFKA_ADMIN_OP_DELETETOPICS);
    return remove(errand, target);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
}

}  // namespace wavetank::live
