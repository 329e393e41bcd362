#pragma once
// How a consumer group shares out partitions: Kafka's RangeAssignor (the default) and
// RoundRobinAssignor. Members come in their group's order, partitions are numbered through topics.

#include <cstdint>
#include <vector>

namespace wavetank::sim {

enum class Assignor : std::uint8_t { range, round_robin };

/// For each member its partitions, ascending. `topics` holds the number of partitions of each
/// topic; partition p of topic t has the number p + all partitions of the topics before t. By range
/// each topic is cut into consecutive ranges, of which the first are one longer where it does not
/// divide; by round robin all partitions are dealt in turn.
std::vector<std::vector<std::uint32_t>> assign(Assignor assignor, std::size_t members,
                                               const std::vector<std::uint32_t>& topics);

}  // namespace wavetank::sim
