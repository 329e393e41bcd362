#pragma once
// The names that people read, made from ids.

#include <functional>
#include <string>
#include <vector>

#include "system/ports/history.h"

namespace wavetank::engine {

/// What the run calls its faults and nodes.
struct Names {
  std::vector<std::string> faults;          ///< by index in the file: "cache_outage"
  std::function<std::string(NodeId)> node;  ///< "api/0"; may be empty

  std::string fault(std::int64_t index) const {
    const auto at = static_cast<std::size_t>(index);
    return index >= 0 && at < faults.size() ? faults[at] : "fault " + std::to_string(index);
  }
};

inline std::string entity_name(EntityId entity) {
  return entity.valid() ? "e" + std::to_string(entity.value) : "e?";
}
inline std::string version_name(OutputId output) {
  return output.valid() ? "v" + std::to_string(output.value) : "v?";
}
/// "e88/v17"
inline std::string output_name(EntityId entity, OutputId output) {
  return entity_name(entity) + "/" + version_name(output);
}
inline std::string output_name(const Ticket& ticket) {
  return output_name(ticket.entity, ticket.output);
}

}  // namespace wavetank::engine
