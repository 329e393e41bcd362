#include "app/event_lines.h"

#include <utility>

namespace wavetank::app {

EventLines::EventLines(const std::string& path, const std::string& command)
    : file_(path),
      feed_(
          [this](std::uint64_t, const std::function<std::string()>& words) {
            file_.write(words() + '\n');
            return true;
          },
          [] {}) {
  file_.write(event_lines_mark + command + '\n');
}

Trouble EventLines::finish(bool ended) {
  if (ended) file_.write(std::string(event_lines_end) + '\n');
  return file_.finish();
}

void EventLines::subscribe(World& world, std::vector<std::string> faults) {
  feed_.subscribe(world.history(), world.loop(), names_in(world, std::move(faults)));
}

engine::Names names_in(World& world, std::vector<std::string> faults) {
  engine::Names names;
  names.faults = std::move(faults);
  names.node = [&world](NodeId node) { return world.name(node); };
  return names;
}

}  // namespace wavetank::app
