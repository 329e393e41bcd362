#include "scenarios/engine/chain/recorder.h"

#include <algorithm>

#include "scenarios/engine/chain/words.h"

namespace wavetank::engine {
namespace {

constexpr int depth_max = 64;  // A chain that is longer has a loop in it: ids are hashes.

/// always: worth keeping whatever caused it. caused: a link of a chain only where it has a parent.
enum class Link : std::uint8_t { always, caused };

struct Causal {
  EventKind kind;
  Link link;
};

constexpr Causal causal[] = {
    {EventKind::fault_started, Link::always},
    {EventKind::fault_ended, Link::always},
    {EventKind::partition_hot, Link::always},
    {EventKind::task_spilled, Link::always},
    {EventKind::task_ran_long, Link::always},
    {EventKind::map_outputs_lost, Link::always},
    {EventKind::executor_lost, Link::always},
    {EventKind::callback_timed_out, Link::always},
    {EventKind::callback_overdue, Link::always},
    {EventKind::callback_given_up, Link::always},
    {EventKind::callback_absorbed, Link::always},
    {EventKind::process_relaunched, Link::always},
    {EventKind::message_redelivered, Link::always},
    {EventKind::message_dead_lettered, Link::always},
    {EventKind::manifest_refused, Link::always},
    {EventKind::version_overwritten, Link::always},
    {EventKind::breaker_opened, Link::always},
    {EventKind::cache_stampede, Link::always},
    {EventKind::callback_sent, Link::caused},
    {EventKind::callback_applied, Link::caused},
    {EventKind::cache_invalidated, Link::caused},
    {EventKind::cache_miss, Link::caused},
    {EventKind::retry_sent, Link::caused},
    {EventKind::retry_denied, Link::caused},
    {EventKind::process_accepted, Link::caused},
    {EventKind::process_deduplicated, Link::caused},
    {EventKind::message_published, Link::caused},
    {EventKind::message_consumed, Link::caused},
    {EventKind::job_launched, Link::caused},
    {EventKind::job_not_needed, Link::caused},
    {EventKind::job_started, Link::caused},
    {EventKind::job_finished, Link::caused},
    {EventKind::task_finished, Link::caused},
    {EventKind::task_speculated, Link::caused},
    {EventKind::stage_finished, Link::caused},
    {EventKind::output_validated, Link::caused},
    {EventKind::manifest_published, Link::caused},
    {EventKind::state_changed, Link::caused},
    {EventKind::process_terminal, Link::caused},
    {EventKind::reconciler_repaired, Link::caused},
};

constexpr auto causal_kinds = [] {
  std::array<EventKind, std::size(causal)> kinds{};
  for (std::size_t i = 0; i < kinds.size(); ++i) kinds[i] = causal[i].kind;
  return kinds;
}();

constexpr auto kept_without_cause = [] {
  std::array<bool, 256> always{};
  for (const Causal& row : causal) {
    always[static_cast<std::size_t>(row.kind)] = row.link == Link::always;
  }
  return always;
}();

}  // namespace

Recorder::Recorder(Names names, int kept_of_each)
    : names_(std::move(names)),
      kept_of_each_(kept_of_each),
      seen_of_kind_(static_cast<std::size_t>(event_kind_count())),
      recent_(sets * ways) {}

std::span<const EventKind> Recorder::kinds() { return causal_kinds; }

void Recorder::on_event(const Event& event) {
  const auto kind = static_cast<std::size_t>(event.kind);
  const bool second_effect = event.kind == EventKind::callback_applied && event.extra > 1;
  if (event.cause == 0 && !kept_without_cause[kind] && !second_effect) return;
  const EventId id = event.id();
  if (seen_of_kind_[kind] < kept_of_each_) {
    ++seen_of_kind_[kind];
    keep_with_ancestors(event, id);
  } else {
    remember(event, id);
  }
}

void Recorder::remember(const Event& event, EventId id) {
  Slot* set = &recent_[(id & (sets - 1)) * ways];
  Slot* oldest = set;
  for (Slot* slot = set; slot != set + ways; ++slot) {
    if (slot->id == id) {
      oldest = slot;
      break;
    }
    if (slot->number < oldest->number) oldest = slot;
  }
  *oldest = {event, id, ++arrivals_};
}

const Event* Recorder::find_recent(EventId id) const {
  const Slot* set = &recent_[(id & (sets - 1)) * ways];
  for (const Slot* slot = set; slot != set + ways; ++slot) {
    if (slot->id == id && id != 0) return &slot->event;
  }
  return nullptr;
}

void Recorder::keep_with_ancestors(Event event, EventId id) {
  for (int depth = 0; depth < depth_max; ++depth) {
    if (!index_.emplace(id, static_cast<std::uint32_t>(kept_.size())).second) return;
    kept_.push_back(event);
    id = event.cause;
    const Event* parent = find_recent(id);
    if (parent == nullptr) return;
    event = *parent;
  }
}

EventId Recorder::keep(const Event& event) {
  const EventId id = event.id();
  keep_with_ancestors(event, id);
  return id;
}

EventId Recorder::keep_newest_of(OutputId output) {
  const Event* newest = nullptr;
  const auto consider = [&](const Event& event) {
    if (!(event.ticket.output == output)) return;
    const bool caused = event.cause != 0;
    const bool better = newest == nullptr || (caused && newest->cause == 0) ||
                        (caused == (newest->cause != 0) && event.at >= newest->at);
    if (better) newest = &event;
  };
  for (const Event& event : kept_) consider(event);
  for (const Slot& slot : recent_) {
    if (slot.id != 0) consider(slot.event);
  }
  if (newest == nullptr) return 0;
  const Event copy = *newest;
  return keep(copy);
}

std::vector<EventId> Recorder::chain_of(EventId id) const {
  std::vector<EventId> chain;
  while (id != 0 && chain.size() < depth_max) {
    const auto found = index_.find(id);
    if (found == index_.end() || std::find(chain.begin(), chain.end(), id) != chain.end()) break;
    chain.push_back(id);
    id = kept_[found->second].cause;
  }
  std::reverse(chain.begin(), chain.end());
  return chain;
}

std::optional<std::int64_t> Recorder::fault_behind(EventId id) const {
  const std::vector<EventId> chain = chain_of(id);
  if (chain.empty()) return std::nullopt;
  const Event& root = kept_[index_.at(chain.front())];
  if (root.kind != EventKind::fault_started) return std::nullopt;
  return root.value;
}

std::vector<ChainEvent> Recorder::rows() const {
  std::vector<std::uint32_t> order(kept_.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return kept_[a].at < kept_[b].at; });
  std::vector<ChainEvent> rows;
  rows.reserve(order.size());
  for (const std::uint32_t i : order) {
    const Event& event = kept_[i];
    ChainEvent row;
    row.id = event.id();
    row.parent = event.cause;
    row.kind = name_of(event.kind);
    row.entity = subject_of(event, names_);
    row.what = describe(event, names_);
    row.at = seconds(event.at);
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace wavetank::engine
