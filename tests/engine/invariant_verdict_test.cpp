// Findings and the verdict, from results written by hand.

#include <doctest/doctest.h>

#include "scenarios/engine/findings.h"
#include "scenarios/engine/invariants/invariant.h"
#include "scenarios/engine/verdict.h"

namespace wavetank::engine {
namespace {

constexpr const char* slow = "api.latency p(95) < 45ms";

InvariantResult invariant(const char* name, const char* verdict) {
  InvariantResult r;
  r.name = name;
  r.verdict = verdict;
  r.protects = "callbacks.idempotent, api.idempotent";
  if (r.verdict == "broken") {
    r.violations = 37;
    r.evidence.push_back({30'720, "e88/v17 written twice", {10, 20}});
  }
  return r;
}

ThresholdResult threshold(bool holds) {
  ThresholdResult t;
  t.expr = slow;
  t.observed = "88ms";
  t.holds = holds;
  t.since = 27'600;
  return t;
}

FaultResult fault(const char* name, std::uint64_t fired = 5) {
  FaultResult f;
  f.fault = name;
  f.from = 27'000;
  f.to = 29'000;
  f.fired = fired;
  f.recovery.verdict = "recovers";
  return f;
}

RunReport good() {
  RunReport report;
  report.virtual_s = 86'400;
  report.invariants = {invariant("effect_once", "holds"), invariant("conserved", "holds")};
  report.thresholds = {threshold(true)};
  report.faults = {fault("cache_outage")};
  report.recovery.verdict = "recovers";
  return report;
}

RunReport broken() {
  RunReport report = good();
  report.invariants[0] = invariant("effect_once", "broken");
  report.chain = {
      {10, 0, "fault_started", "", "duplicate_delivery began", 30'600},
      {20, 10, "callback_applied", "e88/v17", "terminal effect 2 was committed", 30'720}};
  return report;
}

RunReport decided(RunReport report, const Expected& expected = {}, const RunEnd& ending = {}) {
  add_findings(report);
  decide(expected, ending, report);
  return report;
}

}  // namespace

TEST_CASE("a run in which everything holds passes, and says how much that was") {
  const RunReport r = decided(good());
  CHECK(r.verdict == "pass");
  CHECK(r.exit_code == 0);
  CHECK(r.headline == "PASS  3 of 3 checks hold; 1 of 1 faults fired");
  CHECK(r.findings.empty());
}

TEST_CASE("a breach says it all in one line") {
  const RunReport r = decided(broken());
  CHECK(r.exit_code == 3);
  CHECK(r.headline ==
        "BREACHED (exit 3): effect_once broken 37x since 08:32: e88/v17 written twice; "
        "cause duplicate_delivery; protects: callbacks.idempotent");
  REQUIRE(r.findings.size() == 1);
  CHECK(r.findings[0].look_at == "callbacks.duplicates");
  CHECK(!r.findings[0].endangers.empty());
}

TEST_CASE("the finding that the headline tells comes first") {
  RunReport report = broken();
  report.thresholds[0] = threshold(false);
  Expected expected;
  expected.violates = {"effect_once"};
  const RunReport r = decided(report, expected);
  CHECK(r.headline.starts_with("BREACHED (exit 3): api.latency p(95) < 45ms failed"));
  REQUIRE(r.findings.size() == 2);
  CHECK(r.findings[0].what.starts_with("api.latency"));
  CHECK(r.findings[1].what.starts_with("effect_once"));
}

TEST_CASE("without a chain a finding claims a coincidence only") {
  RunReport report = good();
  report.thresholds[0] = threshold(false);
  const RunReport r = decided(report);
  CHECK(r.exit_code == 3);
  CHECK(r.headline ==
        "BREACHED (exit 3): api.latency p(95) < 45ms failed since 07:40: it was 88ms; "
        "during cache_outage; protects: api.queue_limit");
  RunReport quiet = good();
  quiet.faults.clear();
  quiet.thresholds[0] = threshold(false);
  CHECK(decided(quiet).findings.at(0).cause.empty());
}

TEST_CASE("what only the end shows has no beginning and no fault to be during") {
  RunReport report = broken();
  report.chain.clear();
  report.faults[0].to = report.virtual_s;
  report.invariants[0].evidence[0].at = report.virtual_s;
  CHECK(decided(report).headline.find("broken 37x at the end of the run: e88") !=
        std::string::npos);
  CHECK(decided(report).findings.at(0).cause.empty());
}

TEST_CASE("an event is not its own cause") {
  RunReport report = broken();
  report.invariants[0].evidence[0].chain = {20};
  CHECK(decided(report).findings.at(0).cause.empty());  // 30,720 s is past the outage, too.
}

TEST_CASE("a run that must break exactly so exits 0 and is never a bare PASS") {
  Expected expected;
  expected.violates = {"effect_once"};
  const RunReport r = decided(broken(), expected);
  CHECK(r.exit_code == 0);
  CHECK(r.verdict == "pass");
  CHECK(r.headline == "breaks as expected: effect_once");
  CHECK(r.notes.size() == 1);
}

TEST_CASE("breaking less than expected is a breach, and so is breaking more") {
  Expected expected;
  expected.violates = {"effect_once"};
  const RunReport less = decided(good(), expected);
  CHECK(less.exit_code == 3);
  CHECK(less.headline == "BREACHED (exit 3): expected to break, and held: effect_once");

  RunReport report = broken();
  report.thresholds[0] = threshold(false);
  const RunReport more = decided(report, expected);
  CHECK(more.exit_code == 3);
  CHECK(more.headline.starts_with("BREACHED (exit 3): api.latency p(95) < 45ms failed"));

  expected.violates = {"effect_once", "api.latency  p(95)<45ms"};  // Spaces do not matter.
  CHECK(decided(report, expected).exit_code == 0);
}

TEST_CASE("stuck is expected only where it is said, and slow is not stuck") {
  RunReport report = good();
  report.faults[0].recovery.verdict = "stuck";
  report.recovery.verdict = "stuck";
  const RunReport plain = decided(report);
  CHECK(plain.exit_code == 3);
  CHECK(plain.headline.starts_with("BREACHED (exit 3): recovery stuck after cache_outage"));

  Expected expected;
  expected.recovery = "stuck";
  const RunReport r = decided(report, expected);
  CHECK(r.exit_code == 0);
  CHECK(r.headline == "breaks as expected: recovery");

  report.recovery.verdict = "slow";
  CHECK(decided(report, expected).exit_code == 3);
  CHECK(decided(good(), expected).exit_code == 3);
}

TEST_CASE("a run that tested nothing is not valid, whatever it expected") {
  RunReport unfired = good();
  unfired.faults[0].fired = 0;
  const RunReport r = decided(unfired);
  CHECK(r.exit_code == 4);
  CHECK(r.headline == "INVALID (exit 4): cache_outage never fired");

  RunReport nothing;
  CHECK(decided(nothing).headline == "INVALID (exit 4): nothing was tested");

  RunReport unobserved = good();
  unobserved.thresholds[0].undecided = true;
  CHECK(decided(unobserved).exit_code == 4);

  RunEnd ending;
  ending.invalid = {"no steady state before the first fault"};
  CHECK(decided(good(), {}, ending).exit_code == 4);
}

TEST_CASE("an undecided invariant matters where the scenario names it") {
  RunReport report = good();
  report.invariants[0] = invariant("effect_once", "undecided");
  const RunReport by_default = decided(report);
  CHECK(by_default.exit_code == 0);
  CHECK(by_default.headline.starts_with("PASS  2 of 2 checks hold"));
  CHECK(by_default.notes.empty());  // It saw nothing, which reports say of it.
  report.invariants[0].saw = 3;
  CHECK(decided(report).notes ==
        std::vector<std::string>{"undecided, whatever was seen: effect_once"});
  Expected expected;
  expected.invariants = {"effect_once"};
  CHECK(decided(report, expected).exit_code == 4);
}

TEST_CASE("of several codes the gravest wins: 6, 5, a broken invariant, 4, 3") {
  RunEnd ending;
  ending.invalid = {"target rate missed"};
  RunReport late = good();
  late.thresholds[0] = threshold(false);
  CHECK(decided(late, {}, ending).exit_code == 4);
  CHECK(decided(broken(), {}, ending).exit_code == 3);
  ending.stopped = "error budget spent";
  CHECK(decided(broken(), {}, ending).exit_code == 5);
  CHECK(decided(broken(), {}, ending).verdict == "stopped");
  ending.residue = "one topic was left behind";
  CHECK(decided(broken(), {}, ending).exit_code == 6);
  ending.error = "a broken belief";
  CHECK(decided(broken(), {}, ending).exit_code == 1);
}

TEST_CASE("signals have exit codes of their own") {
  RunEnd ending;
  ending.signal = 2;
  CHECK(decided(good(), {}, ending).exit_code == 130);
  ending.signal = 15;
  const RunReport r = decided(broken(), {}, ending);
  CHECK(r.exit_code == 143);
  CHECK(r.verdict == "interrupted");
}

TEST_CASE("falsely trusted outputs are a finding even where nothing else broke") {
  RunReport report = good();
  report.trust.falsely_trusted = 2;
  report.trust.worst = {{"e17", "v203", "wrong content", 27'000, {}}};
  const RunReport r = decided(report);
  REQUIRE(r.findings.size() == 1);
  CHECK(r.findings[0].what == "2 outputs were falsely trusted: e17/v203 wrong content");
}

TEST_CASE("moments read as clock times in long runs and as durations in short ones") {
  CHECK(moment_words(30'720, 86'400) == "08:32");
  CHECK(moment_words(125, 600) == "2m05s");
  CHECK(metric_of("api.latency{priority=P0} p(99) < 1s") == "api.latency");
}

TEST_CASE("every invariant has a row that a report can use, and a meaning of its own") {
  CHECK(invariant_types().size() >= 9);
  for (const InvariantType& type : invariant_types()) {
    CAPTURE(type.name);
    CHECK(find_invariant(type.name) == &type);
    CHECK(std::string_view(type.help).ends_with("."));
    CHECK(std::string_view(type.protects).find('.') != std::string_view::npos);
    RunReport report = good();
    report.invariants = {invariant(type.name, "broken")};
    CHECK(decided(report).findings.at(0).look_at != "");
  }
  CHECK(find_invariant("nothing") == nullptr);
}

}  // namespace wavetank::engine
