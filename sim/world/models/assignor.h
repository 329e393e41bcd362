#pragma once
// How a consumer group shares out partitions: Kafka's RangeAssignor (the default) and
// RoundRobinAssignor. Members are in their group's order; partitions are numbered through all topics.

#include <cstdint>
#include <vector>

namespace wavetank::sim {

enum class Assignor : std::uint8_t { range, round_robin };

/// For each member its partitions, ascending. `topics` holds the number of partitions of each topic;
/// partition p of topic t has the number p + all partitions of the topics before t.
/// range: for each topic consecutive ranges, the first members get one more where it does not divide.
/// round_robin: all partitions are dealt in turn.
std::vector<std::vector<std::uint32_t>> assign(Assignor assignor, std::size_t members,
                                               const std::vector<std::uint32_t>& topics);

}  // namespace wavetank::sim
