#include "system/ports/messages.h"

#include "system/base/random.h"

namespace wavetank {

const char* name_of(ProcessState state) {
  static constexpr const char* names[] = {"unknown", "accepted",  "published", "launched",
                                          "running", "succeeded", "failed",    "dead_lettered"};
  return names[static_cast<int>(state)];
}

const char* name_of(Trust trust) {
  static constexpr const char* names[] = {"unknown", "yes", "no"};
  return names[static_cast<int>(trust)];
}

const char* name_of(TrustReason reason) {
  static constexpr const char* names[] = {"none",        "in_progress",   "overdue",
                                          "late",        "stale",         "failed",
                                          "no_manifest", "not_validated", "unreachable"};
  return names[static_cast<int>(reason)];
}

std::uint64_t part_digest(OutputId output, std::uint32_t part, std::int64_t rows) {
  const std::uint64_t where = (std::uint64_t{output.value} << 32) | part;
  return mix64(mix64(where + 0x9e3779b97f4a7c15u) ^ static_cast<std::uint64_t>(rows));
}

}  // namespace wavetank
