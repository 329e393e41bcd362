#pragma once
// One history out of many: that of the load, and those that the processes of a platform wrote.
//
// Events count in the order of their times. Those of one process row that carry its state version
// count in the order of versions, whatever their times: two processes may hear of two commits in
// the other order.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "system/live/live_clock.h"
#include "system/ports/history.h"

namespace wavetank::app {

class Histories {
 public:
  /// `node` finds a node by its name; none where there is no such node.
  explicit Histories(std::function<std::optional<NodeId>(const std::string&)> node)
      : node_(std::move(node)) {}

  void add(const Event& event) { events_.push_back(event); }
  /// The lines that process `name` wrote, as system/live/wire.h encodes them. Lines that cannot be
  /// read, and numbers that are missing, are gaps; so is what lies between the last of them and
  /// `noted`, the number that the process had come to before its lines were read.
  void add_lines(const std::string& name, std::string_view text, const live::LiveClock& clock,
                 std::uint64_t noted = 0);
  /// A process that could not be asked.
  void miss(const std::string& what) { gaps_.push_back(what); }

  /// All of them in the order in which they count. To be called once.
  std::vector<Event> merged();
  const std::vector<std::string>& gaps() const { return gaps_; }

 private:
  std::function<std::optional<NodeId>(const std::string&)> node_;
  std::vector<Event> events_;
  std::vector<std::string> gaps_;
  std::map<EventId, EventId> renamed_;  ///< ids hash times, whose origin is each process's own
};

/// The row version that an event carries; 0 where it carries none.
std::int64_t state_version(const Event& event);

}  // namespace wavetank::app
