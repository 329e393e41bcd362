#include "system/base/result.h"

#include <array>

namespace wavetank {

const char* name_of(Failure failure) {
  static constexpr std::array<const char*, failure_count> names = {
      "timeout",       "refused", "reset",   "throttled",     "conflict",
      "not_found",     "fenced",  "evicted", "out_of_memory", "disk_full",
      "executor_lost", "killed",  "invalid", "unavailable"};
  return names[static_cast<std::size_t>(failure)];
}

}  // namespace wavetank
