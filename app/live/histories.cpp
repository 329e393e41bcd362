#include "app/live/histories.h"

#include <algorithm>

#include "system/live/wire.h"

namespace wavetank::app {

std::int64_t state_version(const Event& event) {
  switch (event.kind) {
    case EventKind::process_accepted:
    case EventKind::state_changed:
    case EventKind::process_terminal:
    case EventKind::callback_applied:
      return event.process.valid() ? event.aux : 0;
    default:
      return 0;
  }
}

void Histories::add_lines(const std::string& name, std::string_view text,
                          const live::LiveClock& clock, std::uint64_t noted) {
  std::uint64_t last = 0, missing = 0, unread = 0;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty()) continue;
    auto decoded = live::decode<live::HistoryLine>(line, clock);
    if (!decoded.ok()) {
      ++unread;
      continue;
    }
    live::HistoryLine& found = *decoded.value;
    // A process that was started again counts from 1 again.
    if (found.number > last + 1 && last > 0) missing += found.number - last - 1;
    last = found.number;
    if (const std::optional<NodeId> node = node_(found.node)) found.event.node = *node;
    found.event.at = std::max(found.event.at, Time{});
    if (found.event.id() != found.id) renamed_[found.id] = found.event.id();
    events_.push_back(found.event);
  }
  if (noted > last) missing += noted - last;
  // The last line of a process that was killed may be torn.
  if (unread > 0) gaps_.push_back(std::to_string(unread) + " torn lines of " + name);
  if (missing > 0) gaps_.push_back(std::to_string(missing) + " events of " + name);
}

std::vector<Event> Histories::merged() {
  for (Event& event : events_) {
    const auto found = renamed_.find(event.cause);
    if (found != renamed_.end()) event.cause = found->second;
  }
  std::stable_sort(events_.begin(), events_.end(),
                   [](const Event& a, const Event& b) { return a.at < b.at; });
  std::map<ProcessId, std::vector<std::size_t>> places;
  for (std::size_t i = 0; i < events_.size(); ++i) {
    if (state_version(events_[i]) > 0) places[events_[i].process].push_back(i);
  }
  for (const auto& [process, mine] : places) {
    std::vector<Event> by_version;
    for (const std::size_t i : mine) by_version.push_back(events_[i]);
    std::stable_sort(by_version.begin(), by_version.end(), [](const Event& a, const Event& b) {
      return state_version(a) < state_version(b);
    });
    for (std::size_t k = 0; k < mine.size(); ++k) {
      const Time at = events_[mine[k]].at;
      events_[mine[k]] = by_version[k];
      events_[mine[k]].at = at;
    }
  }
  return std::move(events_);
}

}  // namespace wavetank::app
