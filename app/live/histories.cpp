#include "app/live/histories.h"

#include <algorithm>
#include <deque>
#include <initializer_list>
#include <iterator>

#include "scenarios/engine/text/quantity.h"
#include "system/live/wire.h"

namespace wavetank::app {
namespace {

/// Who judges the states of rows.
constexpr const char* of_versions[] = {"no_process_lost", "effect_once", "terminal_absorbs",
                                       "truth_agrees"};

enum class Entity : std::uint8_t { output, key, partition };

/// The events whose order an invariant looks at, among those of one entity.
struct OrderNeed {
  const char* invariant;
  Entity of;
  std::initializer_list<EventKind> kinds;
  bool likes = false;  ///< it matters among events of one kind, too

  bool has(EventKind kind) const {
    return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
  }
  std::uint64_t entity(const Event& event) const {
    if (of == Entity::partition) return event.attempt;
    return of == Entity::key ? event.ticket.entity.value : event.ticket.output.value;
  }
};

using Kind = EventKind;
const OrderNeed needs[] = {
    {"published_after_validated", Entity::output,
     {Kind::output_validated, Kind::manifest_published}},
    {"version_immutable", Entity::output, {Kind::manifest_published, Kind::version_overwritten}},
    {"fenced", Entity::output, {Kind::job_launched, Kind::manifest_published}},
    {"read_your_writes", Entity::output,
     {Kind::process_answered, Kind::process_deduplicated, Kind::status_answered}},
    {"fresh_or_flagged", Entity::output,
     {Kind::output_answered, Kind::manifest_published, Kind::output_validated,
      Kind::state_changed}},
    {"terminal_absorbs", Entity::output, {Kind::state_changed, Kind::process_terminal}},
    {"key_order", Entity::key, {Kind::message_consumed, Kind::message_redelivered}, true},
    {"commit_after_processing", Entity::partition,
     {Kind::message_consumed, Kind::message_redelivered, Kind::message_handled,
      Kind::offset_committed}},
};

/// Two events of one row, both of which say its version.
bool versions_order(const Event& a, const Event& b) {
  return a.process == b.process && state_version(a) > 0 && state_version(b) > 0;
}

}  // namespace

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
  ++processes_;
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
    noted_.push_back({found.event, processes_});
  }
  if (noted > last) missing += noted - last;
  // The last line of a process that was killed may be torn.
  if (unread > 0) gaps_.push_back(std::to_string(unread) + " torn lines of " + name);
  if (missing > 0) gaps_.push_back(std::to_string(missing) + " events of " + name);
}

std::vector<Event> Histories::merged(Duration clock_bound) {
  for (Noted& one : noted_) {
    const auto found = renamed_.find(one.event.cause);
    if (found != renamed_.end()) one.event.cause = found->second;
  }
  std::stable_sort(noted_.begin(), noted_.end(),
                   [](const Noted& a, const Noted& b) { return a.event.at < b.event.at; });
  doubt_times(clock_bound);
  by_version();
  std::vector<Event> events;
  events.reserve(noted_.size());
  for (const Noted& one : noted_) events.push_back(one.event);
  noted_.clear();
  return events;
}

/// Those of one row take their places among all by their versions.
void Histories::by_version() {
  std::map<ProcessId, std::vector<std::size_t>> places;
  for (std::size_t i = 0; i < noted_.size(); ++i) {
    if (state_version(noted_[i].event) > 0) places[noted_[i].event.process].push_back(i);
  }
  for (const auto& [process, mine] : places) {
    std::vector<Noted> sorted;
    for (const std::size_t i : mine) sorted.push_back(noted_[i]);
    std::stable_sort(sorted.begin(), sorted.end(), [](const Noted& a, const Noted& b) {
      return state_version(a.event) < state_version(b.event);
    });
    for (std::size_t k = 0; k < mine.size(); ++k) {
      const Time at = noted_[mine[k]].event.at;
      noted_[mine[k]] = sorted[k];
      noted_[mine[k]].event.at = at;
    }
    doubt_versions(mine);
  }
}

/// One version is one change, by one process: two are a row that went two ways.
void Histories::doubt_versions(const std::vector<std::size_t>& places) {
  for (std::size_t k = 1; k < places.size(); ++k) {
    const Noted& a = noted_[places[k - 1]];
    const Noted& b = noted_[places[k]];
    if (state_version(a.event) != state_version(b.event)) continue;
    const bool differ = a.event.value != b.event.value || a.event.extra != b.event.extra;
    if (a.by == b.by && (a.event.kind != b.event.kind || !differ)) continue;
    for (const char* invariant : of_versions) {
      doubt(invariant, "two changes of a row have one version", {a.event.ticket.output});
    }
  }
}

/// What two processes note within the bound of their clocks is in no order; where a row's versions
/// tell one, that counts.
void Histories::doubt_times(Duration clock_bound) {
  if (clock_bound <= Duration{}) return;
  const std::string why = "processes whose clocks may be " +
                          engine::text_of(clock_bound) + " apart noted things nearer than that";
  for (const OrderNeed& need : needs) {
    std::map<std::uint64_t, std::deque<const Noted*>> recent;
    for (const Noted& one : noted_) {
      if (!need.has(one.event.kind)) continue;
      std::deque<const Noted*>& near = recent[need.entity(one.event)];
      while (!near.empty() && one.event.at - near.front()->event.at >= clock_bound) {
        near.pop_front();
      }
      for (const Noted* other : near) {
        if (other->by == one.by || versions_order(other->event, one.event)) continue;
        if (!need.likes && other->event.kind == one.event.kind) continue;
        doubt(need.invariant, why, {other->event.ticket.output, one.event.ticket.output});
      }
      near.push_back(&one);
    }
  }
}

void Histories::doubt(const char* invariant, const std::string& why,
                      std::initializer_list<OutputId> outputs) {
  const auto same = [&](const engine::Blind& one) {
    return one.invariant == invariant && one.why == why;
  };
  auto found = std::find_if(unordered_.begin(), unordered_.end(), same);
  if (found == unordered_.end()) {
    unordered_.push_back({invariant, false, why, {}});
    found = std::prev(unordered_.end());
  }
  for (const OutputId output : outputs) {
    if (output.valid()) found->outputs.insert(output);
  }
}

}  // namespace wavetank::app
