#pragma once
// One job of the timeline, as plain data. Times are in seconds.

#include <cstdint>
#include <string>
#include <vector>

namespace wavetank::engine {

struct GanttAttempt {
  std::string stage, node, outcome;
  std::uint32_t task = 0, attempt = 0;
  double from = 0, to = 0;
};

struct GanttJob {
  std::string job, output, priority, why;
  double accepted = 0, started = 0, finished = 0, terminal = 0;
  bool late = false;
  std::vector<GanttAttempt> attempts;
};

}  // namespace wavetank::engine
