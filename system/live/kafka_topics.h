#pragma once
// The pipeline's topics and consumer groups at a broker: their names, and how they come and go.
//
//   <prefix>p0  <prefix>p1  <prefix>p2   one a priority, `partitions` each
//   <prefix>dead_letter                  one partition
//   <prefix>group0                       the consumer group

#include <optional>
#include <string>
#include <string_view>

#include "system/live/target.h"
#include "system/ports/queue.h"

namespace wavetank::live {

class KafkaLog;

inline constexpr int consumed_topics = 3;

std::string topic_name(const KafkaTarget& target, Topic topic);
std::optional<Topic> topic_named(const KafkaTarget& target, std::string_view name);
std::string group_name(const KafkaTarget& target, std::uint8_t group);

/// Blocks until all four are there, or for so long. Those that exist are left as they are. Returns
/// what is wrong, with the topic's name; empty where all is well. Partitions that are not as many
/// as the target says are wrong.
std::string create_topics(const KafkaTarget& target, KafkaLog& log, Duration within);
/// The same for their end; records are gone with them. One that is not there is well.
std::string delete_topics(const KafkaTarget& target, KafkaLog& log, Duration within);

}  // namespace wavetank::live
