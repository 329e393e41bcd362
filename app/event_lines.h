#pragma once
// The steps of a run as a file of lines, for comparing what two builds do. The first line says what
// it is and from which command; each further line is a step in words, and the last one says that
// the run had ended.

#include <string>

#include "app/output.h"
#include "scenarios/engine/diverge/step_feed.h"
#include "system/ports/world.h"

namespace wavetank::app {

inline constexpr const char* event_lines_mark = "# wavetank events: ";
inline constexpr const char* event_lines_end = "# end";

class EventLines {
 public:
  EventLines(const std::string& path, const std::string& command);

  /// Before the run starts. `faults`: how they are shown, in file order.
  void subscribe(World& world, std::vector<std::string> faults);
  /// `ended`: the run came to its end, and the file says so.
  Trouble finish(bool ended);

 private:
  GrowingFile file_;
  engine::StepFeed feed_;
};

/// What people call the nodes and faults of a run. The world must outlive it.
engine::Names names_in(World& world, std::vector<std::string> faults);

}  // namespace wavetank::app
