#include "system/ports/history.h"

#include <iterator>

namespace wavetank {
namespace {

constexpr const char* kind_names[] = {
#define EVENT(name, text) #name,
#include "system/ports/events.def"
#undef EVENT
};

constexpr const char* kind_texts[] = {
#define EVENT(name, text) text,
#include "system/ports/events.def"
#undef EVENT
};

}  // namespace

int event_kind_count() {
  return static_cast<int>(std::size(kind_names));
}
const char* name_of(EventKind kind) {
  return kind_names[static_cast<int>(kind)];
}
const char* text_of(EventKind kind) {
  return kind_texts[static_cast<int>(kind)];
}

std::optional<EventKind> event_kind_named(std::string_view name) {
  for (int i = 0; i < event_kind_count(); ++i) {
    if (name == kind_names[i]) return static_cast<EventKind>(i);
  }
  return std::nullopt;
}

EventId Event::id() const {
  std::uint64_t h = mix64(static_cast<std::uint64_t>(kind) + 1);
  h = mix64(h ^ ((std::uint64_t{ticket.output.value} << 32) | ticket.entity.value));
  if (!ticket.output.valid()) {
    h = mix64(h ^ static_cast<std::uint64_t>(value));  // the node may not be filled in yet
  }
  h = mix64(h ^ ((std::uint64_t{attempt} << 40) + static_cast<std::uint64_t>(extra)));
  return h == 0 ? 1 : h;
}

History::History(Loop& loop)
    : loop_(loop), hash_(mix64(loop.run().seed() + 1)), observers_(std::size(kind_names)) {}

EventId History::note(Event event) {
  event.at = loop_.now();
  if (!event.node.valid()) event.node = loop_.node().id();
  spread(event);
  return event.id();
}

void History::spread(const Event& event) {
  mix((static_cast<std::uint64_t>(event.kind) << 56) ^ (std::uint64_t{event.node.value} << 32) ^
      event.ticket.output.value);
  mix(static_cast<std::uint64_t>(event.value) ^
      (static_cast<std::uint64_t>(event.extra) * 0x9e3779b97f4a7c15u) ^ event.attempt);
  for (Observer* observer : observers_[static_cast<std::size_t>(event.kind)]) {
    observer->on_event(event);
  }
}

void History::subscribe(Observer& observer, std::span<const EventKind> kinds) {
  for (const EventKind kind : kinds)
    observers_[static_cast<std::size_t>(kind)].push_back(&observer);
}

void History::subscribe_all(Observer& observer) {
  for (auto& list : observers_) list.push_back(&observer);
}

}  // namespace wavetank
