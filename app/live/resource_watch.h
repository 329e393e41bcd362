#pragma once
// ResourceWatch: looks once a second at what the processes of a platform hold, by their /metrics,
// and at this machine as a whole. Each has a thread of its own, so that one that does not answer
// leaves a gap in its own figures only.

#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "app/live/every_second.h"
#include "app/live/resource_readings.h"
#include "system/live/live_clock.h"
#include "system/live/target.h"

namespace wavetank::app {

class ResourceWatch {
 public:
  /// Of our own platform it asks `processes`; of one that is not ours it looks at those that the
  /// target names with a pid file and that run here. Both references must outlive it.
  ResourceWatch(const live::Target& target, const std::vector<std::string>& processes,
                const live::LiveClock& clock);

  /// Ends it. What was read.
  std::vector<ResourcePart> taken();

 private:
  using Key = std::pair<std::string, std::string>;  ///< resource, process

  void ask(const live::ProcessTarget& process);
  void look_at_machine();
  void look_at(const live::SignalTarget& process);
  void keep(const std::string& process, const std::vector<PageReading>& found);

  const live::Target& target_;
  const live::LiveClock& clock_;
  std::mutex mutex_;
  std::map<Key, ResourcePart> parts_;
  std::map<Key, double> level_;  ///< of gauges, as they were read last
  EverySecond looks_;              // last: it uses the others
};

}  // namespace wavetank::app
