#pragma once
// One history out of many: that of the load, and those that the processes of a platform wrote.
//
// Events count in the order of their times. Those of one process row that carry its state version
// count in the order of versions, whatever their times: two processes may hear of two commits in
// the other order. Where neither tells an order that a checker needs, it is told so: unordered().

#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/engine/observed.h"
#include "system/live/live_clock.h"
#include "system/ports/history.h"

namespace wavetank::app {

class Histories {
 public:
  /// `node` finds a node by its name; none where there is no such node.
  explicit Histories(std::function<std::optional<NodeId>(const std::string&)> node)
      : node_(std::move(node)) {}

  void add(const Event& event) { noted_.push_back({event, 0}); }
  /// The lines that process `name` wrote, as system/live/wire.h encodes them. Lines that cannot be
  /// read, and numbers that are missing, are gaps; so is what lies between the last of them and
  /// `noted`, the number that the process had come to before its lines were read.
  void add_lines(const std::string& name, std::string_view text, const live::LiveClock& clock,
                 std::uint64_t noted = 0);
  /// A process that could not be asked.
  void miss(const std::string& what) { gaps_.push_back(what); }

  /// All of them in the order in which they count. To be called once. Clocks of two processes may
  /// be `clock_bound` apart: what they note within it has no order by its times.
  std::vector<Event> merged(Duration clock_bound = {});
  /// Once merged: checkers that need an order which nobody can tell, and the outputs in question.
  const std::vector<engine::Blind>& unordered() const { return unordered_; }
  const std::vector<std::string>& gaps() const { return gaps_; }

 private:
  struct Noted {
    Event event;
    std::uint32_t by = 0;  ///< which process; 0 is the load's own
  };
  void by_version();
  void doubt_versions(const std::vector<std::size_t>& places);
  void doubt_times(Duration clock_bound);
  void doubt(const char* invariant, const std::string& why,
             std::initializer_list<OutputId> outputs);

  std::function<std::optional<NodeId>(const std::string&)> node_;
  std::vector<Noted> noted_;
  std::uint32_t processes_ = 0;
  std::vector<std::string> gaps_;
  std::vector<engine::Blind> unordered_;
  std::map<EventId, EventId> renamed_;  ///< ids hash times, whose origin is each process's own
};

/// The row version that an event carries; 0 where it carries none.
std::int64_t state_version(const Event& event);

}  // namespace wavetank::app
