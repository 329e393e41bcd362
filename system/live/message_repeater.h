#pragma once
// MessageRepeater: duplicate_delivery on a platform that is not ours. It reads the topics in which
// the target tells how a message of the run is known, and publishes a share of those once more:
// same partition, key, headers and body. A message of anybody else is never published, and none of
// those that it has published itself.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "system/base/task_group.h"
#include "system/live/attached_book.h"
#include "system/live/kafka_producer.h"
#include "system/live/topic_feed.h"

namespace wavetank::live {

/// What a message says at a place: "key", "header:NAME" or a JSON pointer. None where it says
/// nothing there.
std::optional<std::string> said_at(const TopicMessage& message, const std::string& place);

class MessageRepeater {
 public:
  struct Share {
    double ratio = 1;
    Duration by = milliseconds(50);  ///< how long after the first the second is published
    std::optional<std::uint32_t> partition;  ///< of that one only
  };

  /// Both outlive it. Connects to the brokers, in the background. Throws std::runtime_error where a
  /// setting is refused. On the loop's thread, as all of it.
  MessageRepeater(LiveEnv& env, const AttachedBook& book, Share share);
  ~MessageRepeater();

  /// Repeats what comes from now on.
  void begin();
  /// Nothing is sent any more. What was sent is still confirmed.
  void end();

  bool reading() const { return reading_; }             ///< what is published now is read
  /// Messages of the run that were read in a topic.
  std::uint64_t ours(const std::string& topic) const;
  std::uint64_t repeated() const { return repeated_; }  ///< confirmed by the broker
  /// Why some could not be, or nothing could be read; empty where all is well.
  const std::string& trouble() const { return trouble_; }

 private:
  struct Heard {
    TopicMessage message;
    bool by_run = false;            ///< it carries the run's id
    std::optional<std::string> id;  ///< a request's id that it carries
  };
  void heard(TopicMessage message);
  void post(std::function<void()> job);
  void consider(Heard heard);
  Task<void> repeat(Heard heard);
  bool is_ours(const Heard& heard) const;
  bool is_echo(const TopicMessage& message);
  void confirmed(const std::vector<KafkaProducer::Receipt>& receipts);

  LiveEnv& env_;
  const AttachedBook& book_;
  const Share share_;
  std::map<std::string, TopicTarget> topics_;  ///< those in which ours are known; not changed
  std::map<std::string, int> echoes_;          ///< published, and still to be read, by content
  std::map<std::uint64_t, std::string> sent_;  ///< and not yet confirmed, by number
  std::map<std::string, std::uint64_t> ours_;  ///< by topic
  std::uint64_t numbers_ = 0, repeated_ = 0;
  bool reading_ = false, ending_ = false;
  std::string trouble_;
  KafkaLog log_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  TaskGroup tasks_;
  std::unique_ptr<KafkaProducer> producer_;  // these two end first: they call the others
  std::unique_ptr<TopicFeed> feed_;
};

}  // namespace wavetank::live
