#pragma once
// The steps of a run as a file of lines, for comparing what two builds do. The first line says what
// it is and from which command; each further line is a step in words.

#include <string>

#include "app/output.h"
#include "scenarios/engine/diverge/step_feed.h"
#include "system/ports/world.h"

namespace wavetank::app {

inline constexpr const char* event_lines_mark = "# wavetank events: ";

class EventLines {
 public:
  EventLines(const std::string& path, const std::string& command);

  /// Before the run starts. `faults`: how they are shown, in file order.
  void subscribe(World& world, std::vector<std::string> faults);
  Trouble finish() { return file_.finish(); }

 private:
  GrowingFile file_;
  engine::StepFeed feed_;
};

/// What people call the nodes and faults of a run. The world must outlive it.
engine::Names names_in(World& world, std::vector<std::string> faults);

}  // namespace wavetank::app
