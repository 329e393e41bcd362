#pragma once
// The board that all meters write on: the store, what has happened in the tick at hand, and the
// time at which the tick ends. A meter turns the events of one area into metrics.

#include "scenarios/engine/metrics/grid.h"
#include "scenarios/engine/metrics/metric_store.h"
#include "scenarios/engine/metrics/minute_facts.h"
#include "system/ports/history.h"

namespace wavetank::engine {

/// Sums over a tick, for series and for the judgement of recovery.
struct TickCounts {
  std::uint64_t first_sends = 0, submits = 0, retries = 0, answered = 0, errors = 0;
  std::uint64_t on_time = 0, missed = 0, cache_hits = 0, cache_lookups = 0;
  std::int64_t spill_bytes = 0;

  void add(const TickCounts& other);
};

class MetricBoard {
 public:
  /// Told when the clock has passed the next boundary, before the event that showed it is counted.
  class Crosser {
   public:
    virtual ~Crosser() = default;
    virtual void cross(Time now) = 0;
  };
  explicit MetricBoard(Crosser& crosser) : crosser_(crosser) {}

  MetricStore store;
  PhaseClock clock;
  TickCounts tick;
  MinuteFacts minute;
  BusyJobs jobs;
  Histogram tick_freshness;  ///< of what became ready in this tick
  Histogram step_freshness;
  Histogram step_latency;    ///< api.latency in this step
  std::int64_t breakers_open = 0;
  Time next{};               ///< when the crosser is called next

  void begin(const Event& event) {
    if (event.at >= next) [[unlikely]] crosser_.cross(event.at);
    minute.count(event.kind);
  }
  Labels labels(const Ticket& ticket, Route route = Route::submit) const {
    return {clock.phase(), ticket.priority, route, Op{}, ticket.action};
  }

 private:
  Crosser& crosser_;
};

}  // namespace wavetank::engine
