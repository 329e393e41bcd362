#pragma once
// Feeds hand-written events to a collector through a real history, at the times that a test says.

#include <string>
#include <utility>
#include <vector>

#include "scenarios/engine/metrics/collector.h"

namespace wavetank::engine {

/// A ticket that is due `within` after `planned`.
inline Ticket ticket_of(std::uint32_t output, Duration planned, Duration within = minutes(1),
                        Priority priority = Priority::p1, std::uint8_t action = 0) {
  Ticket ticket;
  ticket.output = {output};
  ticket.entity = {output};
  ticket.priority = priority;
  ticket.action = action;
  ticket.planned = Time{planned.ns};
  ticket.fresh_by = ticket.planned + within;
  return ticket;
}

inline Threshold threshold_of(std::string_view text) {
  ParsedThreshold parsed = parse_threshold(text);
  if (!parsed.value) throw Broken(parsed.what);
  return *parsed.value;
}

class Feed {
 public:
  explicit Feed(CollectorSettings settings = {}, ResourceProbe* probe = nullptr)
      : loop_(run_), history_(loop_), collector(std::move(settings), probe) {
    collector.subscribe(history_);
  }

 private:
  Run run_{1};
  Loop loop_;
  History history_;

 public:
  Collector collector;

  Time now() const { return loop_.now(); }
  /// Goes on to `at`; samples each tick on the way, as a runner does.
  void to(Duration at) {
    const Duration tick = collector.grid().tick;
    for (std::int64_t k = loop_.now().ns / tick.ns + 1; k * tick.ns <= at.ns; ++k) {
      loop_.advance(Time{k * tick.ns});
      collector.sample(loop_.now());
    }
    loop_.advance(Time{at.ns});
  }
  void note(EventKind kind, const Ticket& ticket, std::int64_t value = 0, std::int64_t extra = 0,
            std::int64_t aux = 0, std::uint32_t attempt = 0, JobId job = {}) {
    Event event;
    event.kind = kind;
    event.ticket = ticket;
    event.value = value;
    event.extra = extra;
    event.aux = aux;
    event.attempt = attempt;
    event.job = job;
    history_.note(event);
  }
  void send(const Ticket& ticket, Route route = Route::submit, std::uint32_t attempt = 0) {
    note(EventKind::request_sent, ticket, ticket.planned.ns, static_cast<std::int64_t>(route), 0,
         attempt);
  }
  /// Answers a request now.
  void answer(const Ticket& ticket, int status, Route route = Route::submit) {
    note(EventKind::request_done, ticket, (now() - ticket.planned).ns,
         (static_cast<std::int64_t>(route) << 16) | status);
  }
  void accept(const Ticket& ticket) {
    note(EventKind::process_accepted, ticket, ticket.fresh_by.ns, ticket.planned.ns);
  }
  void end(const Ticket& ticket, ProcessState state, Duration latency = {}) {
    note(EventKind::process_terminal, ticket, static_cast<std::int64_t>(state), latency.ns);
  }
  void publish_manifest(const Ticket& ticket, bool right = true, bool validated = true) {
    Ticket bare;  // an object store knows no more of it
    bare.output = ticket.output;
    bare.entity = ticket.entity;
    bare.priority = ticket.priority;
    note(EventKind::manifest_published, bare, right ? 1 : 0, 1, validated ? 1 : 0);
  }
  RunReport finish(Duration at, Ending ending = Ending::complete) {
    to(at);
    collector.finish(now(), ending);
    RunReport report;
    collector.report(report);
    return report;
  }
};

inline const MetricSummary* find(const RunReport& report, std::string_view name) {
  for (const MetricSummary& each : report.metrics) {
    if (each.name == name) return &each;
  }
  return nullptr;
}

/// The values of a track; empty where there is none.
inline std::vector<std::optional<double>> track(const RunReport& report, std::string_view name) {
  for (const Series::Track& each : report.series.tracks) {
    if (each.name == name) return each.values;
  }
  return {};
}

}  // namespace wavetank::engine
