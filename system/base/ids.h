#pragma once
// Dense integer ids. Text such as "e17" or "v203" is made only for people.

#include <compare>
#include <cstdint>

namespace wavetank {

template <class Tag>
struct Id {
  std::uint32_t value = 0xffffffffu;
  constexpr auto operator<=>(const Id&) const = default;
  constexpr bool valid() const { return value != 0xffffffffu; }
};

using NodeId = Id<struct NodeTag>;
/// The key a request is about: entity_id "e17".
using EntityId = Id<struct EntityTag>;
/// One output, that is one (entity_id, data_version): the index of its submit over all loads.
using OutputId = Id<struct OutputTag>;
/// One row of the process table.
using ProcessId = Id<struct ProcessTag>;
/// One run of a job on the cluster: a process that is launched again gets another.
using JobId = Id<struct JobTag>;

/// Names one event of the history for cause and effect; 0 is "no cause". It is a hash of what the
/// event is about, so that two runs that share an event share its id.
using EventId = std::uint64_t;

enum class Priority : std::uint8_t { p0, p1, p2 };
inline constexpr int priority_count = 3;

}  // namespace wavetank
