#include "scenarios/engine/metrics/guard_meter.h"

#include <algorithm>

namespace wavetank::engine {
namespace {

constexpr EventKind kinds[] = {
    EventKind::callback_sent,      EventKind::callback_timed_out, EventKind::callback_overdue,
    EventKind::callback_absorbed,  EventKind::callback_given_up,  EventKind::reconciler_repaired,
    EventKind::retry_sent,         EventKind::retry_denied,       EventKind::breaker_opened,
    EventKind::breaker_closed,     EventKind::breaker_rejected,   EventKind::cache_hit,
    EventKind::cache_miss,         EventKind::cache_stale_served, EventKind::cache_stampede,
    EventKind::callback_applied,
};

}  // namespace

void GuardMeter::subscribe(History& history) {
  history.subscribe(*this, kinds);
}

void GuardMeter::on_event(const Event& event) {
  board_.begin(event);
  MetricStore& store = board_.store;
  const Labels labels = board_.labels(event.ticket);
  switch (event.kind) {
    case EventKind::cache_hit:
      ++board_.tick.cache_hits;
      ++board_.tick.cache_lookups;
      return store.ratio<Metric::cache_hit_ratio>(1, 1, labels);
    case EventKind::cache_miss:
      ++board_.tick.cache_lookups;
      return store.ratio<Metric::cache_hit_ratio>(0, 1, labels);
    case EventKind::cache_stale_served:
      store.count<Metric::cache_stale_reads>(labels);
      return store.record<Metric::cache_stale_age>(event.value, labels);
    case EventKind::cache_stampede: return store.count<Metric::cache_stampedes>(labels);
    case EventKind::retry_sent:
      ++board_.tick.retries;
      return store.count<Metric::retries_sent>(labels);
    case EventKind::retry_denied: return store.count<Metric::retries_denied>(labels);
    case EventKind::breaker_opened:
    case EventKind::breaker_closed:
    case EventKind::breaker_rejected: return breaker_event(event, labels);
    default: return callback_event(event, labels);
  }
}

void GuardMeter::callback_event(const Event& event, const Labels& labels) {
  MetricStore& store = board_.store;
  switch (event.kind) {
    case EventKind::callback_sent:
      if (event.attempt > 0) ++board_.tick.retries;
      store.ratio<Metric::retries_amplification>(1, event.attempt == 0 ? 1 : 0, labels);
      return store.count<Metric::callbacks_attempts>(labels);
    case EventKind::callback_timed_out: return store.count<Metric::callbacks_timed_out>(labels);
    case EventKind::callback_overdue: return store.count<Metric::callbacks_late>(labels);
    case EventKind::callback_applied:  // the naive handler takes effect each time
      if (event.extra < 2) return;
      return store.count<Metric::callbacks_duplicates>(labels);
    case EventKind::callback_absorbed: return store.count<Metric::callbacks_duplicates>(labels);
    case EventKind::callback_given_up: return store.count<Metric::callbacks_given_up>(labels);
    case EventKind::reconciler_repaired: return store.count<Metric::reconciler_repaired>(labels);
    default: return;
  }
}

void GuardMeter::breaker_event(const Event& event, const Labels& labels) {
  if (event.kind == EventKind::breaker_rejected) {
    return board_.store.count<Metric::breaker_rejected>(labels);
  }
  if (event.kind == EventKind::breaker_opened) {
    ++board_.breakers_open;
    return board_.store.count<Metric::breaker_openings>(labels);
  }
  board_.breakers_open = std::max<std::int64_t>(0, board_.breakers_open - 1);
}

}  // namespace wavetank::engine
