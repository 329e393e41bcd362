#pragma once
// The causal record: which event made which other happen, as written where the effect happened.
//
// Parents are Event::cause and nothing else; times are never compared. Memory is bounded: the first
// few events of each kind are kept for good, later ones for a while, and what evidence names is
// kept with all of its ancestors that are still known.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "scenarios/engine/chain/names.h"
#include "scenarios/engine/run_report.h"
#include "system/ports/history.h"

namespace wavetank::engine {

class Recorder final : public Observer {
 public:
  static constexpr int kept_of_a_kind = 64;

  explicit Recorder(Names names = {}, int kept_of_each = kept_of_a_kind);

  /// The kinds that are causes or effects; the rest of the history does not concern it.
  static std::span<const EventKind> kinds();
  void on_event(const Event& event) override;

  /// Keeps this event, whatever its kind, and its ancestors. Returns its id.
  EventId keep(const Event& event);
  /// Keeps the newest known event of an output that has a cause, or else its newest event, with
  /// its ancestors. 0 where nothing is known of it.
  EventId keep_newest_of(OutputId output);

  /// Ids from the root to `id`, all of them in rows(); empty where `id` is not kept.
  std::vector<EventId> chain_of(EventId id) const;
  /// The fault at the root of the chain of `id`, by its index in the file.
  std::optional<std::int64_t> fault_behind(EventId id) const;

  /// Everything kept, ordered by time, then by arrival.
  std::vector<ChainEvent> rows() const;
  const Names& names() const { return names_; }

 private:
  struct Slot {
    Event event;
    EventId id = 0;
    std::uint64_t number = 0;  ///< of arrival
  };
  static constexpr std::size_t sets = std::size_t{1} << 12;
  static constexpr std::size_t ways = 4;

  void remember(const Event& event, EventId id);
  const Event* find_recent(EventId id) const;
  void keep_with_ancestors(Event event, EventId id);

  Names names_;
  int kept_of_each_;
  std::vector<int> seen_of_kind_;
  std::vector<Event> kept_;
  std::unordered_map<EventId, std::uint32_t> index_;  ///< id to place in kept_; never iterated
  std::vector<Slot> recent_;  ///< four slots for each value of an id's low bits; the oldest yields
  std::uint64_t arrivals_ = 0;
};

}  // namespace wavetank::engine
