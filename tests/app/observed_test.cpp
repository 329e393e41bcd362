// A run that is judged from its recorded history is judged as it was while it went on.

#include <algorithm>

#include "app/rehearsal.h"
#include "app/sim_tank.h"
#include "scenarios/engine/runner.h"
#include "tests/support/program.h"

namespace wavetank::app {
namespace {

class Recorded final : public Observer {
 public:
  void on_event(const Event& event) override { events.push_back(event); }
  std::vector<Event> events;
};

struct Twice {
  engine::RunReport live, again;
};

Twice judged_twice(const std::vector<std::string>& sets,
                   const std::function<void(engine::Observed&)>& change = nullptr) {
  const Bench bench;
  bench.write("s.json", small_scenario());
  engine::Problems problems;
  const ScenarioText text(bench.path("s.json").string(), problems);
  const Rehearsal rehearsal = text.checked(sets, 1, problems);
  REQUIRE_MESSAGE(problems.empty(), problems.text());
  Twice both;
  Recorded recorded;
  engine::Observed observed;
  engine::RunOptions options;
  options.attach = [&](History& history) { history.subscribe_all(recorded); };
  options.observed = &observed;
  {
    SimTank tank(rehearsal.world, 42);
    both.live = engine::run(rehearsal.scenario, tank, options, problems);
  }
  observed.events = std::move(recorded.events);
  if (change) change(observed);
  const Rehearsal fresh = text.checked(sets, 1, problems);
  SimTank tank(fresh.world, 42);
  both.again = engine::judge(fresh.scenario, tank, observed, {}, problems);
  CHECK(problems.empty());
  return both;
}

const std::vector<std::string> storm{
    R"(faults=[{"fault":"callback_timeout","at":"10s","for":"20s","ratio":"50%"}])",
    R"(expect={"thresholds":["freshness p(99) < 10m"],"recovery":{"within":"5m"}})",
    "settle=5m", "steady=false"};

TEST_CASE("a recorded history is judged as the run was") {
  for (const char* protections : {"system.protections=hardened", "system.protections=none"}) {
    INFO(protections);
    std::vector<std::string> sets = storm;
    sets.emplace_back(protections);
    const Twice both = judged_twice(sets);
    CHECK(both.live.jobs.offered == 300);
    CHECK(both.again.headline == both.live.headline);
    CHECK(both.again.exit_code == both.live.exit_code);
    CHECK(both.again.jobs.offered == both.live.jobs.offered);
    CHECK(both.again.jobs.succeeded == both.live.jobs.succeeded);
    CHECK(both.again.trust.trusted == both.live.trust.trusted);
    CHECK(both.again.trust.falsely_trusted == both.live.trust.falsely_trusted);
    REQUIRE(both.again.invariants.size() == both.live.invariants.size());
    for (std::size_t i = 0; i < both.live.invariants.size(); ++i) {
      INFO(both.live.invariants[i].name);
      CHECK(both.again.invariants[i].verdict == both.live.invariants[i].verdict);
      CHECK(both.again.invariants[i].saw == both.live.invariants[i].saw);
    }
    REQUIRE(both.again.faults.size() == 1);
    CHECK(both.again.faults[0].fired == both.live.faults[0].fired);
    CHECK(both.again.faults[0].recovery.verdict == both.live.faults[0].recovery.verdict);
    CHECK(both.again.thresholds[0].observed == both.live.thresholds[0].observed);
  }
}

TEST_CASE("what could not be seen is undecided, and what was seen broken may stay so") {
  std::vector<std::string> sets = storm;
  sets.emplace_back("system.protections=none");
  const auto verdict = [](const engine::RunReport& report, const std::string& name) {
    for (const engine::InvariantResult& one : report.invariants) {
      if (one.name == name) return one.verdict;
    }
    return std::string("missing");
  };
  for (const bool counts : {true, false}) {
    const Twice both = judged_twice(sets, [counts](engine::Observed& observed) {
      observed.blind.push_back({"effect_once", counts, "it was dark"});
      observed.blind.push_back({"conserved", counts, "it was dark"});
    });
    REQUIRE(verdict(both.live, "effect_once") == "broken");
    CHECK(verdict(both.again, "effect_once") == (counts ? "broken" : "undecided"));
    CHECK(verdict(both.live, "conserved") == "holds");
    CHECK(verdict(both.again, "conserved") == "undecided");
  }
}

TEST_CASE("what the platform did not show is not taken to hold") {
  const Twice both = judged_twice(storm, [](engine::Observed& observed) {
    observed.gaps.emplace_back("the events of workers/0 before it died");
  });
  int held = 0;
  for (const engine::InvariantResult& one : both.live.invariants) held += one.verdict == "holds";
  CHECK(held > 5);
  for (const engine::InvariantResult& one : both.again.invariants) CHECK(one.verdict != "holds");
  CHECK(both.again.notes.front() == "not shown: the events of workers/0 before it died");
}

engine::ThresholdResult result(const std::string& text, double value, bool holds) {
  engine::ThresholdResult made;
  made.expr = text;
  made.value = value;
  made.holds = holds;
  return made;
}

TEST_CASE("no threshold holds by the silence of a platform that did not show everything") {
  const std::vector<std::string> texts{"dead_letters count == 0", "freshness p(99) < 1m",
                                       "processes.failed count < 3", "api.errors value < 1%"};
  const auto thresholds = [&texts](const engine::Observed& observed) {
    engine::RunReport report;
    for (const std::string& text : texts) {
      report.thresholds.push_back(result(text, 5, text != texts[2]));
    }
    engine::doubt_figures(observed, report);
    return report.thresholds;
  };
  for (const engine::ThresholdResult& one : thresholds({})) CHECK_FALSE(one.undecided);
  engine::Observed gap, words;
  gap.gaps = {"3 events of workers/0"};
  words.lacking = "some of its answers were not as described";
  for (const engine::Observed* observed : {&gap, &words}) {
    const auto results = thresholds(*observed);
    CHECK(results[0].undecided);
    CHECK(results[1].undecided);
    CHECK_FALSE(results[2].undecided);  // five were seen, whatever else was not
    CHECK_FALSE(results[2].holds);
    CHECK(results[3].holds);  // the load itself tells it
  }
  CHECK(thresholds(gap)[0].unseen ==
        "the platform did not show everything: 3 events of workers/0");
  // Of what nobody tells, nothing is no good news.
  engine::Observed untold;
  untold.untold = {"dead_letters"};
  CHECK_FALSE(thresholds(untold)[0].undecided);  // somebody told of five
  engine::RunReport silent;
  silent.thresholds = {result(texts[0], 0, true), result(texts[2], 0, true)};
  engine::doubt_figures(untold, silent);
  CHECK(silent.thresholds[0].undecided);
  CHECK(silent.thresholds[1].holds);
}

engine::InvariantResult broken(const char* name, std::vector<engine::Evidence> evidence) {
  engine::InvariantResult result;
  result.name = name;
  result.verdict = "broken";
  result.evidence = std::move(evidence);
  result.violations = result.evidence.size();
  for (const engine::Evidence& one : result.evidence) result.absences += one.absence ? 1 : 0;
  return result;
}

TEST_CASE("where events may be missing none is missed, and what was seen stays broken") {
  const engine::Evidence seen{1, "e1/v1 was given terminal effect 2", {}, OutputId{1}, false};
  const engine::Evidence missed{2, "e1/v2 never ended", {}, OutputId{2}, true};
  const auto doubted = [&](const engine::Observed& observed) {
    engine::RunReport report;
    report.invariants = {broken("effect_once", {seen}), broken("no_process_lost", {missed}),
                         broken("truth_agrees", {missed, seen})};
    engine::add_doubts(observed, report);
    return report.invariants;
  };
  CHECK(doubted({})[1].verdict == "broken");
  engine::Observed gap, part, dark;
  gap.gaps = {"3 events of workers/0"};
  for (const char* name : {"effect_once", "no_process_lost", "truth_agrees"}) {
    part.blind.push_back({name, true, "some of its answers were not as described", {}});
    dark.blind.push_back({name, false, "it was dark", {}});
  }
  for (const engine::Observed* observed : {&gap, &part}) {
    const auto results = doubted(*observed);
    CHECK(results[0].verdict == "broken");
    CHECK(results[1].verdict == "undecided");
    CHECK(results[1].violations == 0);
    CHECK(results[1].evidence.empty());
    CHECK(results[2].verdict == "broken");
    CHECK(results[2].violations == 1);
    REQUIRE(results[2].evidence.size() == 1);
    CHECK(results[2].evidence[0].what == seen.what);
  }
  for (const auto& result : doubted(dark)) CHECK(result.verdict == "undecided");
  // What cannot be told of one output is no reason to doubt another.
  engine::Observed unread;
  unread.blind = {{"no_process_lost", false, "1 outputs could not be read", {OutputId{2}}}};
  CHECK(doubted(unread)[1].verdict == "undecided");
  unread.blind[0].outputs = {OutputId{3}};
  CHECK(doubted(unread)[1].verdict == "broken");
}

TEST_CASE("a process that was lost is not held against a platform that was not seen in full") {
  const auto lose_ends = [](engine::Observed& observed) {
    const auto ended = std::find_if(
        observed.events.begin(), observed.events.end(),
        [](const Event& event) { return event.kind == EventKind::process_terminal; });
    REQUIRE(ended != observed.events.end());
    std::erase_if(observed.events, [lost = ended->process](const Event& event) {
      return event.process == lost && (event.kind == EventKind::state_changed ||
                                       event.kind == EventKind::callback_applied ||
                                       event.kind == EventKind::process_terminal);
    });
  };
  const auto verdict = [](const Twice& both) {
    for (const engine::InvariantResult& one : both.again.invariants) {
      if (one.name == "no_process_lost") return one.verdict;
    }
    return std::string("missing");
  };
  CHECK(verdict(judged_twice(storm, lose_ends)) == "broken");
  CHECK(verdict(judged_twice(storm, [&](engine::Observed& observed) {
          lose_ends(observed);
          observed.gaps = {"4 events of launcher/0"};
        })) == "undecided");
}

TEST_CASE("what ended a live run, and what it left, is its verdict") {
  const Twice residue = judged_twice(storm, [](engine::Observed& observed) {
    observed.residue = "the toxic wavetank-r1-1 on postgres";
    observed.stopped = "halt";
  });
  CHECK(residue.again.exit_code == 6);
  const Twice stopped =
      judged_twice(storm, [](engine::Observed& observed) { observed.stopped = "halt"; });
  CHECK(stopped.again.exit_code == 5);
  CHECK_FALSE(stopped.again.thresholds[0].aborted);
  const Twice ruled = judged_twice(storm, [](engine::Observed& observed) {
    observed.stopped = "freshness p(99) < 10m: 11m";
    observed.stopped_by = "freshness p(99) < 10m";
  });
  CHECK(ruled.again.exit_code == 5);
  CHECK(ruled.again.thresholds[0].aborted);
  const Twice late = judged_twice(storm, [](engine::Observed& observed) {
    observed.invalid.emplace_back("the rate ratio was 0.91");
  });
  CHECK(late.again.exit_code == 4);
}

TEST_CASE("a run that was cut short is judged up to its end") {
  const Twice cut = judged_twice(storm, [](engine::Observed& observed) {
    observed.end = Time{} + whole_seconds(15);
    observed.settled = false;
    observed.signal = 2;
  });
  CHECK(cut.again.exit_code == 130);
  CHECK(cut.again.virtual_s == doctest::Approx(15));
}

}  // namespace
}  // namespace wavetank::app
