#include "system/live/connections.h"

#include <algorithm>

#include <sys/resource.h>

namespace wavetank::live {

std::size_t connections_for(std::int64_t in_flight) {
  constexpr std::int64_t besides = 64, other_files = 1'024;
  const std::int64_t connections = in_flight + besides;
  const auto files = static_cast<rlim_t>(connections + other_files);
  rlimit now{};
  if (::getrlimit(RLIMIT_NOFILE, &now) == 0 && now.rlim_cur < files) {
    now.rlim_cur = std::min(files, now.rlim_max);
    static_cast<void>(::setrlimit(RLIMIT_NOFILE, &now));
  }
  return static_cast<std::size_t>(connections);
}

}  // namespace wavetank::live
