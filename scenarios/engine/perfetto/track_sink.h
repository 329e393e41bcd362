#pragma once
// Where a trace goes, slice by slice. The composition root connects it to a writer of some format.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "system/base/time.h"

namespace wavetank::engine {

struct TrackSlice {
  std::string track;  ///< a node, "workers/3", or "faults"
  std::string name;
  Time from{}, to{};
  std::vector<std::pair<std::string, std::string>> args;
  std::uint64_t flow = 0;  ///< slices that share one are joined by arrows, as they come; 0 is none
};

class TrackSink {
 public:
  virtual ~TrackSink() = default;
  /// In the order in which they end, but for `faults` and what is open at the end of the run.
  virtual void slice(const TrackSlice& slice) = 0;
  virtual void mark(const std::string& track, const std::string& name, Time at) = 0;
};

}  // namespace wavetank::engine
