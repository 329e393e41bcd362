#pragma once
// The pipeline's topics and consumer groups at a broker: their names, and how they come and go.
//
//   <prefix>p0  <prefix>p1  <prefix>p2   one a priority, `partitions` each
//   <prefix>dead_letter                  one partition
//   <prefix>group0                       the consumer group

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "system/live/target.h"
#include "system/ports/queue.h"

namespace wavetank::live {

class KafkaLog;

inline constexpr int consumed_topics = 3;

std::string topic_name(const KafkaTarget& target, Topic topic);
std::optional<Topic> topic_named(const KafkaTarget& target, std::string_view name);
std::string group_name(const KafkaTarget& target, std::uint8_t group);

/// What is wrong, as one asks without making anything: with the broker, or with a topic that is not
/// there or has other partitions than the target says. Empty where all is well. `listed` false asks
/// only for the broker. A broker that refuses is not waited for.
std::string check_topics(const KafkaTarget& target, bool listed, Duration within);

/// Those of `topics` that the brokers do not have; throws std::runtime_error where nobody answers.
std::vector<std::string> missing_topics(const KafkaTarget& target, std::vector<std::string> topics,
                                        Duration within);

/// Blocks until all four are there, or for so long. Those that exist are left as they are. Returns
/// what is wrong, with the topic's name; empty where all is well. Partitions that are not as many
/// as the target says are wrong.
std::string create_topics(const KafkaTarget& target, KafkaLog& log, Duration within);
/// The same for their end; records are gone with them. One that is not there is well.
std::string delete_topics(const KafkaTarget& target, KafkaLog& log, Duration within);

}  // namespace wavetank::live
