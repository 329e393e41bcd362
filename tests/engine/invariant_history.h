#pragma once
// A history written by hand: events at moments, seen by the ledger, the recorder and one invariant
// or all of them.

#include <doctest/doctest.h>
#include <string>

#include "scenarios/engine/invariants/checkers.h"

namespace wavetank::engine {

class HandHistory {
 public:
  explicit HandHistory(std::vector<std::string> invariants = {},
                       std::function<std::optional<std::int64_t>()> queued = nullptr,
                       std::vector<std::string> faults = {"cache_outage", "key_skew"},
                       const service::Bounds& bounds = {})
      : run_(1), loop_(run_), history_(loop_), checkers_(invariants, Names{std::move(faults), {}}) {
    checkers_.subscribe(history_, std::move(queued), bounds);
  }

  /// A request for output v`output` of entity e`88`, due at 100 s, process id as the output's.
  static Ticket ticket(std::uint32_t output) {
    Ticket t;
    t.output = OutputId{output};
    t.entity = EntityId{88};
    t.fresh_by = Time{whole_seconds(100).ns};
    return t;
  }
  static Event event(EventKind kind, std::uint32_t output, std::int64_t value = 0,
                     std::int64_t extra = 0, std::int64_t aux = 0) {
    Event e;
    e.kind = kind;
    e.ticket = ticket(output);
    e.process = ProcessId{output};
    e.value = value;
    e.extra = extra;
    e.aux = aux;
    return e;
  }

  EventId at(double s, const Event& e) {
    loop_.advance(Time{static_cast<std::int64_t>(s * 1e9)});
    return history_.note(e);
  }
  EventId at(double s, EventKind kind, std::uint32_t output, std::int64_t value = 0,
             std::int64_t extra = 0, std::int64_t aux = 0) {
    return at(s, event(kind, output, value, extra, aux));
  }
  EventId fault(double s, std::int64_t index) {
    Event e;
    e.kind = EventKind::fault_started;
    e.attempt = static_cast<std::uint32_t>(index);
    e.value = index;
    at(s, e);
    return e.id();
  }

  void accepted(double s, std::uint32_t output) {
    at(s, EventKind::process_accepted, output, ticket(output).fresh_by.ns);
    at(s, EventKind::process_answered, output);
  }
  void published(double s, std::uint32_t output, std::int64_t right = 1, std::int64_t epoch = 1) {
    at(s, EventKind::output_validated, output, 1, epoch);
    at(s, EventKind::manifest_published, output, right, epoch, 1);
  }
  static std::int64_t move(ProcessState from, ProcessState to) {
    return (static_cast<std::int64_t>(from) << 8) | static_cast<std::int64_t>(to);
  }
  void ended(double s, std::uint32_t output, ProcessState as = ProcessState::succeeded) {
    const auto state = static_cast<std::int64_t>(as);
    at(s, EventKind::state_changed, output, move(ProcessState::running, as), 1);
    at(s, EventKind::callback_applied, output, state, 1);
    at(s, EventKind::process_terminal, output, state);
  }
  /// A life without a flaw.
  void whole_life(double s, std::uint32_t output) {
    accepted(s, output);
    at(s + 1, EventKind::message_published, output);
    at(s + 2, EventKind::message_consumed, output);
    published(s + 3, output);
    ended(s + 4, output);
  }

  RunReport judge(double end_s = 1000, bool settled = true) {
    loop_.advance(Time{static_cast<std::int64_t>(end_s * 1e9)});
    RunReport report;
    report.virtual_s = end_s;
    checkers_.judge(settled, loop_.now(), report);
    return report;
  }
  /// The result of the only invariant.
  InvariantResult result(double end_s = 1000, bool settled = true) {
    RunReport report = judge(end_s, settled);
    REQUIRE(report.invariants.size() == 1);
    return report.invariants.front();
  }
  Checkers& checkers() { return checkers_; }

 private:
  Run run_;
  Loop loop_;
  History history_;
  Checkers checkers_;
};

}  // namespace wavetank::engine
