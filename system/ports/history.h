#pragma once
// The history: every state change and every finished call passes here once, in both worlds.
//
// It mixes each into the fingerprint and hands it to whoever subscribed. Nothing is kept: checkers
// and metrics run online. Causes are written where the effect happens, as the id of the parent.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "system/base/ids.h"
#include "system/base/loop.h"
#include "system/base/random.h"
#include "system/ports/call.h"
#include "system/ports/messages.h"

namespace wavetank {

enum class EventKind : std::uint8_t {
#define EVENT(name, text) name,
#include "system/ports/events.def"
#undef EVENT
};
int event_kind_count();
const char* name_of(EventKind kind);
/// What it says, in one sentence.
const char* text_of(EventKind kind);
std::optional<EventKind> event_kind_named(std::string_view name);

struct Event {
  EventKind kind{};
  Ticket ticket{};
  ProcessId process{};
  JobId job{};
  NodeId node{};             ///< filled by the history where the caller left it
  std::uint32_t attempt = 0;
  std::int64_t value = 0;    ///< as events.def says
  std::int64_t extra = 0;
  std::int64_t aux = 0;
  EventId cause = 0;         ///< the parent, 0 for none
  Time at{};                 ///< filled by the history

  /// The same event in two runs has the same id: it hashes what the event is about, not when.
  EventId id() const;
};

class Observer {
 public:
  virtual ~Observer() = default;
  virtual void on_event(const Event& event) = 0;
};

class CallObserver {
 public:
  virtual ~CallObserver() = default;
  virtual void on_call(const Call& call, Duration took) = 0;
};

class History {
 public:
  explicit History(Loop& loop);

  /// Records a state change. Returns its id, for the effects that it causes.
  EventId note(Event event);

  /// Records again what another run, or another process, has noted: as it stands, time included.
  void replay(const Event& event) { spread(event); }

  /// Records a finished call. Used by ports.
  void call_done(const Call& call) {
    const Duration took = loop_.now() - call.sent;
    mix((std::uint64_t{call.caller->id().value} << 32) ^ (std::uint64_t{call.server.value} << 16) ^
        (static_cast<std::uint64_t>(call.op) << 8) ^ outcome(call));
    for (CallObserver* observer : call_observers_) observer->on_call(call, took);
  }

  /// Not owned; subscribe before the run starts.
  void subscribe(Observer& observer, std::span<const EventKind> kinds);
  void subscribe_all(Observer& observer);
  void subscribe_calls(CallObserver& observer) { call_observers_.push_back(&observer); }

  std::uint64_t fingerprint() const { return hash_; }

 private:
  void spread(const Event& event);
  static std::uint64_t outcome(const Call& call) {
    return call.failed() ? 1 + static_cast<std::uint64_t>(call.failure()) : 0;
  }
  void mix(std::uint64_t word) {
    hash_ =
        mix64(hash_ ^ (word + static_cast<std::uint64_t>(loop_.now().ns) * 0x9e3779b97f4a7c15u));
  }

  Loop& loop_;
  std::uint64_t hash_;
  std::vector<std::vector<Observer*>> observers_;
  std::vector<CallObserver*> call_observers_;
};

}  // namespace wavetank
