#include "app/live/histories.h"

#include <doctest/doctest.h>

#include "app/live/generator.h"
#include "app/live/roles.h"
#include "system/live/wire.h"

namespace wavetank::app {
namespace {

Event changed(std::uint32_t process, std::int64_t version, std::int64_t at_ms) {
  Event event;
  event.kind = EventKind::state_changed;
  event.process = {process};
  event.aux = version;
  event.at = Time{} + milliseconds(at_ms);
  return event;
}

std::optional<NodeId> nobody(const std::string&) { return std::nullopt; }

std::string line(std::uint64_t number, std::int64_t at_ms, const live::LiveClock& clock) {
  live::HistoryLine out;
  out.number = number;
  out.node = "api/0";
  out.event = changed(7, static_cast<std::int64_t>(number), at_ms);
  return live::encode(out, clock) + "\n";
}

TEST_CASE("histories: events count by time, those of a row by its version") {
  Histories histories(nobody);
  histories.add(changed(1, 2, 10));  // heard of before the change that came first
  histories.add(changed(1, 1, 12));
  histories.add(changed(2, 1, 11));
  const std::vector<Event> merged = histories.merged();
  REQUIRE(merged.size() == 3);
  CHECK(merged[0].process.value == 1);
  CHECK(merged[0].aux == 1);
  CHECK(merged[1].process.value == 2);
  CHECK(merged[2].aux == 2);
  for (std::size_t i = 1; i < merged.size(); ++i) CHECK(merged[i - 1].at <= merged[i].at);
}

TEST_CASE("histories: torn and missing lines are gaps, a process started anew is none") {
  const live::LiveClock clock;
  Histories whole(nobody);
  whole.add_lines("api/0", line(1, 5, clock) + line(2, 6, clock) + line(1, 7, clock), clock);
  CHECK(whole.gaps().empty());
  CHECK(whole.merged().size() == 3);
  Histories torn(nobody);
  const std::string text = line(1, 5, clock) + line(4, 6, clock);
  torn.add_lines("api/0", text + "{\"number\": 5, \"ki", clock);
  REQUIRE(torn.gaps().size() == 2);
  CHECK(torn.gaps()[0] == "1 torn lines of api/0");
  CHECK(torn.gaps()[1] == "2 events of api/0");
  // It had noted 5 when its disk was full; what it noted while its lines were read is no gap.
  Histories cut(nobody);
  cut.add_lines("api/0", line(1, 5, clock) + line(2, 6, clock), clock, 5);
  cut.add_lines("api/1", line(1, 5, clock) + line(2, 6, clock), clock, 1);
  REQUIRE(cut.gaps().size() == 1);
  CHECK(cut.gaps()[0] == "3 events of api/0");
}

/// A line as process `name` writes it: of this output.
std::string note(std::uint64_t number, Event event, std::uint32_t output, std::int64_t at_us,
                 const live::LiveClock& clock) {
  live::HistoryLine out;
  out.number = number;
  out.node = "database";
  event.ticket.output = OutputId{output};
  event.ticket.entity = EntityId{1};
  event.at = Time{} + microseconds(at_us);
  out.event = event;
  return live::encode(out, clock) + "\n";
}

Event of_kind(EventKind kind, std::int64_t extra = 0) {
  Event event;
  event.kind = kind;
  event.extra = extra;
  return event;
}

const engine::Blind* doubt_of(const Histories& histories, const char* invariant) {
  for (const engine::Blind& one : histories.unordered()) {
    if (one.invariant == invariant) return &one;
  }
  return nullptr;
}

TEST_CASE("histories: a version that two processes have written leaves its output in doubt") {
  const live::LiveClock clock;
  Event once = changed(7, 2, 0), again = changed(7, 2, 0), next = changed(7, 3, 0);
  again.value = 5;
  Histories fine(nobody);
  Event ended = once;
  ended.kind = EventKind::process_terminal;  // one change that says two things
  fine.add_lines("callbacks/0", note(1, once, 4, 10, clock) + note(2, ended, 4, 11, clock), clock);
  fine.add_lines("drivers/0", note(1, next, 4, 5, clock), clock);
  CHECK(fine.merged().size() == 3);
  CHECK(fine.unordered().empty());
  Histories two(nobody);
  two.add_lines("callbacks/0", note(1, once, 4, 10, clock), clock);
  two.add_lines("reconciler/0", note(1, again, 4, 900'000, clock), clock);
  CHECK(two.merged().size() == 2);
  for (const char* one : {"no_process_lost", "effect_once", "terminal_absorbs", "truth_agrees"}) {
    CAPTURE(one);
    const engine::Blind* doubt = doubt_of(two, one);
    REQUIRE(doubt != nullptr);
    CHECK(doubt->outputs == std::set<OutputId>{OutputId{4}});
    CHECK_FALSE(doubt->broken_counts);
  }
  CHECK(two.unordered().size() == 4);
  Histories torn(nobody);
  torn.add_lines("callbacks/0", note(1, once, 4, 10, clock) + note(2, again, 4, 20, clock), clock);
  CHECK(torn.merged().size() == 2);
  CHECK(torn.unordered().size() == 4);
}

TEST_CASE("histories: what clocks that may differ cannot order leaves those checkers in doubt") {
  const live::LiveClock clock;
  const auto merged = [&](Duration bound, std::int64_t apart_us, bool one_process = false) {
    Histories both(nobody);
    const std::string launched = note(1, of_kind(EventKind::job_launched, 2), 4, 1'000, clock);
    const std::string published =
        note(2, of_kind(EventKind::manifest_published, 1), 4, 1'000 + apart_us, clock) +
        note(3, of_kind(EventKind::manifest_published, 1), 5, 1'000, clock);
    both.add_lines("launcher/0", launched + (one_process ? published : ""), clock);
    if (!one_process) both.add_lines("drivers/0", published, clock);
    CHECK(both.merged(bound).size() == 3);
    return both;
  };
  CHECK(merged({}, 0).unordered().empty());  // one clock
  CHECK(merged(milliseconds(5), 6'000).unordered().empty());
  CHECK(merged(milliseconds(5), 4'000, true).unordered().empty());
  const Histories near = merged(milliseconds(5), 4'000);
  REQUIRE(near.unordered().size() == 1);
  CHECK(near.unordered()[0].invariant == "fenced");
  CHECK(near.unordered()[0].outputs == std::set<OutputId>{OutputId{4}});
  CHECK(near.unordered()[0].why.find("5ms") != std::string::npos);
}

TEST_CASE("histories: versions order what clocks cannot; messages have an order among their like") {
  const live::LiveClock clock;
  Histories rows(nobody);
  rows.add_lines("api/0", note(1, changed(7, 2, 0), 4, 10, clock), clock);
  rows.add_lines("drivers/0", note(1, changed(7, 3, 0), 4, 11, clock), clock);
  CHECK(rows.merged(milliseconds(5)).size() == 2);
  CHECK(rows.unordered().empty());
  Histories messages(nobody);
  Event first = of_kind(EventKind::message_consumed, 8), second = first;
  first.process = {1};
  second.process = {2};
  messages.add_lines("launcher/0", note(1, first, 4, 10, clock), clock);
  messages.add_lines("launcher/1", note(1, second, 5, 11, clock), clock);
  CHECK(messages.merged(milliseconds(5)).size() == 2);
  REQUIRE(messages.unordered().size() == 1);
  CHECK(messages.unordered()[0].invariant == "key_order");
  CHECK(messages.unordered()[0].outputs.size() == 2);
}

TEST_CASE("histories: a doubt about one output does not hide what another has broken") {
  engine::RunReport report;
  report.invariants.resize(2);
  for (engine::InvariantResult& one : report.invariants) {
    one.verdict = "broken";
    one.violations = 1;
    one.evidence.resize(1);
  }
  report.invariants[0].name = "fenced";
  report.invariants[0].evidence[0].output = OutputId{4};
  report.invariants[1].name = "key_order";
  report.invariants[1].evidence[0].output = OutputId{5};
  engine::Observed observed;
  observed.blind.push_back({"fenced", false, "no order", {OutputId{4}}});
  observed.blind.push_back({"key_order", false, "no order", {OutputId{4}}});
  engine::add_doubts(observed, report);
  CHECK(report.invariants[0].verdict == "undecided");
  CHECK(report.invariants[0].evidence.empty());
  CHECK(report.invariants[1].verdict == "broken");
  CHECK(report.invariants[1].evidence.size() == 1);
}

TEST_CASE("observed: figures and thresholds that rest on what was seen late are unknown") {
  engine::RunReport report;
  report.thresholds.resize(3);
  report.thresholds[0].expr = "freshness p(99) < 30s";
  report.thresholds[1].expr = "freshness.on_time{priority=P0} value > 99%";
  report.thresholds[2].expr = "api.latency p(99) < 1s";
  for (engine::ThresholdResult& one : report.thresholds) one.holds = true;
  for (const char* name : {"freshness", "freshness{priority=P0}", "api.latency"}) {
    report.metrics.emplace_back().name = name;
  }
  report.faults.resize(1);
  report.faults[0].recovery.verdict = "stuck";
  report.faults[0].during.freshness_p99 = 90;
  report.faults[0].during.error_rate = 0.5;
  report.recovery.verdict = "stuck";
  engine::Observed observed;
  engine::doubt_figures(observed, report);
  CHECK(report.metrics.size() == 3);
  observed.late = {"freshness", "freshness.on_time"};
  observed.late_why = "its status could not be read for 2min";
  engine::doubt_figures(observed, report);
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(report.thresholds[i].undecided);
    CHECK_FALSE(report.thresholds[i].holds);
    CHECK(report.thresholds[i].unseen == observed.late_why);
  }
  CHECK_FALSE(report.thresholds[2].undecided);
  REQUIRE(report.metrics.size() == 1);
  CHECK(report.metrics[0].name == "api.latency");
  CHECK(report.faults[0].recovery.verdict == "none");
  CHECK_FALSE(report.faults[0].during.freshness_p99);
  CHECK(report.faults[0].during.error_rate == 0.5);
  CHECK(report.recovery.verdict == "none");
  CHECK(report.recovery.why == observed.late_why);
  REQUIRE(report.notes.size() == 1);
}

TEST_CASE("generator: what was not sent, and what was sent late, is no real load") {
  std::vector<Event> events;
  for (int i = 0; i < 1'000; ++i) {
    Event sent;
    sent.kind = EventKind::request_sent;
    sent.value = (Time{} + milliseconds(i)).ns;
    sent.at = Time{} + milliseconds(i) + microseconds(i < 980 ? 100 : 90'000);
    events.push_back(sent);
    sent.attempt = 1;  // a retry is no first send
    events.push_back(sent);
  }
  const auto good = generator_result(std::span(events).first(1'900), 950, whole_seconds(1), .5);
  CHECK(good.ratio == 1);
  CHECK(good.lag_p99 == doctest::Approx(100e-6));
  CHECK_FALSE(unreal(good, {}));
  const auto late = generator_result(events, 1'000, whole_seconds(1), .5);
  REQUIRE(unreal(late, {}));
  CHECK(unreal(late, {})->find("late") != std::string::npos);
  const auto short_of = generator_result(events, 1'020, whole_seconds(1), .5);
  CHECK(unreal(short_of, {})->find("98.0 %") != std::string::npos);
  CHECK(unreal(generator_result({}, 0, whole_seconds(1), 0), {}));
}

TEST_CASE("roles: words and nodes name the same, and nothing else is one") {
  CHECK(node_of_role("relay") == "outbox/0");
  CHECK(node_of_role("worker/3") == "workers/3");
  CHECK(node_of_role("drivers/1") == "drivers/1");
  for (const char* wrong : {"", "wroker", "api/", "api/x", "/0"}) {
    INFO(wrong);
    CHECK_FALSE(node_of_role(wrong));
  }
}

}  // namespace
}  // namespace wavetank::app
