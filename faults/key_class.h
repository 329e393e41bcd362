#pragma once
// KeyClass: which entities' calls a fault strikes.
//
//   all         every call
//   hot         entities numbered below `hot_keys`: loads number entities by rank, hottest first
//   cold        the other entities
//   critical    calls that carry a ticket of the safety-critical class
//   p0 p1 p2    calls of that priority
//   e17         one entity
//
// All but `all` and the priorities pass over calls that are for no entity, such as polls.

#include <cstdint>
#include <optional>
#include <string_view>

#include "system/ports/call.h"

namespace wavetank::faults {

class KeyClass {
 public:
  static std::optional<KeyClass> parse(std::string_view text, std::int64_t hot_keys);
  bool has(const Call& call) const;

 private:
  enum class Kind : std::uint8_t { all, hot, cold, critical, priority, entity };
  Kind kind_ = Kind::all;
  std::uint32_t number_ = 0;  ///< how many are hot, which priority or which entity
};

/// The ticket among a call's arguments, or null where its verb carries none.
const Ticket* ticket_of(const Call& call);

}  // namespace wavetank::faults
