// Prediction beside observation: bounds, verdicts, directions, safety. What must not pass does not.

#include <doctest/doctest.h>

#include "scenarios/engine/fidelity/figure_fit.h"
#include "scenarios/engine/fidelity/predicted_safety.h"
#include "scenarios/engine/fidelity/run_fit.h"
#include "system/base/run.h"
#include "system/ports/http.h"

namespace wavetank::engine {
namespace {

Estimate with(double mean, double half, std::size_t n = 5) {
  Estimate out;
  out.n = n;
  out.mean = mean;
  out.half = half;
  return out;
}

constexpr Bound tenth{0.1, 0};

TEST_CASE("a figure agrees where the whole interval lies inside the bound") {
  const FigureFit one = fit_figure("freshness avg", "s", with(1.03, .01), with(1, .02), tenth);
  CHECK(one.fit == Fit::agrees);
  CHECK(*one.error == doctest::Approx(0.03));
  CHECK(*one.error_half == doctest::Approx(0.0229).epsilon(0.01));
  CHECK(*one.noise == doctest::Approx(0.02));
  CHECK(*one.bound == doctest::Approx(0.1));
}

TEST_CASE("a demand that is 1.3 times too high reads drifts, on either side") {
  CHECK(fit_figure("", "s", with(1.3, .02), with(1, .03), tenth).fit == Fit::drifts);
  CHECK(fit_figure("", "s", with(1, .02), with(1.3, .03), tenth).fit == Fit::drifts);
}

TEST_CASE("an interval that crosses the bound is unknown") {
  const FigureFit one = fit_figure("", "s", with(1.1, .01), with(1, .03), tenth);
  CHECK(one.fit == Fit::unknown);
  CHECK(one.why == "the interval crosses the bound");
}

TEST_CASE("a noise floor above the bound is unknown, however near or far the prediction") {
  for (const double predicted : {1.0, 3.0}) {
    const FigureFit one = fit_figure("", "s", with(predicted, 0), with(1, .11), tenth);
    CHECK(one.fit == Fit::unknown);
    CHECK(one.why == "the noise floor is above the bound");
  }
}

TEST_CASE("what was not run twice, not seen, or did not happen is unknown") {
  CHECK(fit_figure("", "s", with(1, 0), with(1, 0, 1), tenth).fit == Fit::unknown);
  CHECK(fit_figure("", "s", with(1, 0, 1), with(1, 0), tenth).fit == Fit::unknown);
  CHECK(fit_figure("", "s", with(1, 0), Estimate{}, tenth).why == "not observed");
  CHECK(fit_figure("", "s", Estimate{}, with(1, 0), tenth).why == "not predicted");
  CHECK(fit_figure("", "s", with(0, 0), with(0, 0), tenth).why == "nothing happened");
  CHECK(fit_figure("", "s", with(2, 0), with(0, 0), tenth).fit == Fit::drifts);
  CHECK(fit_figure("", "s", with(1, 0), with(1, 0), std::nullopt).fit == Fit::unbound);
}

TEST_CASE("where 5 ms are more than a share, they are the bound") {
  const Bound tail{0.3, 0.005};
  const FigureFit one = fit_figure("", "s", with(.006, .0005), with(.003, .0005), tail);
  CHECK(one.fit == Fit::agrees);
  CHECK(*one.bound == doctest::Approx(5.0 / 3));
  CHECK(fit_figure("", "s", with(.06, .0005), with(.03, .0005), tail).fit == Fit::drifts);
}

TEST_CASE("what is promised depends on how busy the machine is") {
  CHECK(bound_of("throughput value", 0.9)->share == 0.05);
  CHECK(bound_of("api.latency avg", std::nullopt)->share == 0.1);
  CHECK(bound_of("api.latency{route=status} avg", 0.6)->share == 0.2);
  CHECK_FALSE(bound_of("freshness avg", 0.71));
  CHECK(bound_of("freshness p(99)", 0.5)->share == 0.3);
  CHECK(bound_of("freshness p(95)", 0.5)->least == 0.005);
  CHECK_FALSE(bound_of("freshness p(99)", 0.51));
  CHECK_FALSE(bound_of("freshness p(90)", 0.1));
  CHECK_FALSE(bound_of("freshness.on_time value", 0.1));
  CHECK_FALSE(bound_of("api.latency{phase=settle} avg", 0.1));
}

RunReport measured(double latency) {
  RunReport out;
  out.metrics = {{"api.latency", "s", "histogram", 100, latency, 0, 1, 0, 0, 0, 0, 0, 0}};
  return out;
}

TEST_CASE("samples are fitted name by name, and what is promised is never left out") {
  Sample predicted, observed;
  const Observable answers{throughput_figure, "/s", 10, 0};
  for (const double more : {0.0, 0.001, 0.002}) {
    predicted.add(measured(1 + more), {&answers, 1});
    observed.add(RunReport{}, {&answers, 1});
  }
  const std::vector<FigureFit> all = fit_figures(predicted, observed, std::nullopt);
  REQUIRE(all.size() == 4);  // of latency: avg, p95 and p99, which only the prediction has
  CHECK(all[0].name == throughput_figure);
  CHECK(all[0].fit == Fit::agrees);
  CHECK(all[1].fit == Fit::unknown);
  CHECK(all[1].why == "not observed");
  const std::vector<FigureFit> busy = fit_figures(predicted, predicted, 0.71);
  CHECK(busy[0].fit == Fit::agrees);
  CHECK(busy[1].fit == Fit::unknown);
  CHECK(busy[1].why == "the machine is too busy");
  CHECK(fit_figures(predicted, predicted, 0.7)[1].fit == Fit::agrees);
  CHECK(fit_figures(predicted, predicted, 0.7)[2].fit == Fit::unbound);
}

RunReport struck(double before, double during, std::uint64_t fired = 3) {
  RunReport out;
  FaultResult fault;
  fault.fault = "latency";
  fault.fired = fired;
  fault.before.freshness_p99 = before;
  fault.during.freshness_p99 = during;
  out.faults = {fault};
  out.invariants = {{"effect_once", "holds", 0, 0, "", {}, ""}};
  return out;
}

TEST_CASE("a fault's effect goes up, down, nowhere, or nobody can tell") {
  CHECK(turn_of(with(2, 1), 0.1) == Turn::up);
  CHECK(turn_of(with(-2, 1), 0.1) == Turn::down);
  CHECK(turn_of(with(0.01, 0.02), 0.1) == Turn::flat);
  CHECK(turn_of(with(1, 2), 0.1) == Turn::unclear);
  CHECK(turn_of(with(2, 0, 1), 0.1) == Turn::unclear);
}

TEST_CASE("effects match by direction, and only of faults that fired") {
  const RunReport up = struck(1, 2), more = struck(1, 2.1), down = struck(2, 1);
  const RunReport idle = struck(1, 9, 0);
  const std::vector<RunReport> rise{up, more}, fall{down, down}, none{idle, idle};
  CHECK(fit_effects(rise, rise)[0].match == Match::same);
  CHECK(fit_effects(rise, fall)[0].match == Match::different);
  CHECK(fit_effects(rise, none)[0].match == Match::unknown);
  CHECK(fit_effects(rise, none)[0].observed.n == 0);
  CHECK(fit_effects({}, {}).empty());
}

TEST_CASE("an invariant is broken where any run broke it, and undecided is no match") {
  RunReport holds = struck(1, 2), broken = holds, undecided = holds;
  broken.invariants[0].verdict = "broken";
  undecided.invariants[0].verdict = "undecided";
  const std::vector<RunReport> good{holds, holds}, bad{holds, broken}, open{undecided, holds};
  CHECK(fit_invariants(good, good)[0].match == Match::same);
  CHECK(fit_invariants(good, bad)[0].match == Match::different);
  CHECK(fit_invariants(bad, bad)[0].match == Match::same);
  CHECK(fit_invariants(good, open)[0].match == Match::unknown);
}

Fidelity with_fits(std::vector<Fit> fits) {
  Fidelity all;
  all.loads.emplace_back();
  for (const Fit fit : fits) {
    all.loads.back().figures.emplace_back();
    all.loads.back().figures.back().fit = fit;
  }
  return all;
}

TEST_CASE("a rehearsal that tells nothing is no pass") {
  CHECK(exit_code_of(with_fits({Fit::agrees, Fit::unknown}), 0) == 0);
  CHECK(exit_code_of(with_fits({Fit::agrees, Fit::drifts}), 0) == 3);
  CHECK(exit_code_of(with_fits({Fit::unknown, Fit::unbound}), 0) == 4);
  CHECK(exit_code_of(with_fits({}), 0) == 4);
  CHECK(exit_code_of(with_fits({Fit::agrees}), 3) == 3);
  Fidelity open_load = with_fits({Fit::agrees, Fit::unknown});
  open_load.loads.back().figures.front().name = throughput_figure;
  CHECK(exit_code_of(open_load, 0) == 4);
  CHECK(exit_code_of(with_fits({Fit::agrees}), 6) == 6);
  CHECK(exit_code_of(with_fits({Fit::unknown}), 130) == 130);
  Fidelity turned = with_fits({Fit::agrees});
  turned.loads.back().effects.emplace_back();
  turned.loads.back().effects.back().match = Match::different;
  CHECK(exit_code_of(turned, 0) == 3);
  CHECK(worse(0, 3) == 3);
  CHECK(worse(6, 3) == 6);
  CHECK(worse(1, 6) == 1);
}

TEST_CASE("a safe prediction breaches nothing") {
  CHECK(breaches_of(RunReport{}, {300, 0, 50}, {100, 10, 60}, Expectations{}).empty());
  CHECK(breaches_of(RunReport{}, {1'000'000, 9, 9e9}, {}, Expectations{}).empty());  // no caps
}

TEST_CASE("what breaches a limit is named with its value") {
  RunReport report;
  report.recovery = {"stuck", std::nullopt, "retries"};
  ThresholdResult threshold;
  threshold.expr = "api.errors value < 10%";
  threshold.observed = "31 %";
  report.thresholds = {threshold};
  Expectations expect;
  expect.thresholds = {{threshold.expr, {}, false}};
  CHECK(breaches_of(report, {}, {}, expect).size() == 1);  // it does not abort
  expect.thresholds[0].abort = true;
  const auto all = breaches_of(report, {2'000, 7, 61}, {100, 10, 60}, expect);
  REQUIRE(all.size() == 5);
  CHECK(all[0].value == "31 %");
  CHECK(all[1].value ==
        "200/s sent in the busiest 10 s, retries, polls, copies and looks included");
  CHECK(all[2].value == "7 requests beyond it would not be sent");
  CHECK(all[3].value == "61 s");
  CHECK(all[4].value == "stuck: retries");
  BreachTally tally;
  tally.add(all);
  tally.add({});
  CHECK(tally.texts()[3] == "limits.max_duration 60 s: 61 s (in 1 of 2 simulated runs)");
}

TEST_CASE("a recovery that is stuck as the scenario expects is no breach") {
  RunReport report;
  report.recovery.verdict = "stuck";
  Expectations expect;
  expect.recovery.verdict = ExpectedRecovery::Verdict::stuck;
  CHECK(breaches_of(report, {}, {}, expect).empty());
  expect.recovery.verdict = ExpectedRecovery::Verdict::recovers;
  expect.violates = {"recovery"};
  CHECK(breaches_of(report, {}, {}, expect).empty());
}

TEST_CASE("chance explains a rate that is a little over its cap") {
  CHECK(breaches_of(RunReport{}, {1'090, 0, 0}, {100, 0, 0}, Expectations{}).empty());
  CHECK(breaches_of(RunReport{}, {1'100, 0, 0}, {100, 0, 0}, Expectations{}).size() == 1);
  CHECK(!rate_breach(1'094, 100));
  const auto over = rate_breach(1'095, 100);
  REQUIRE(over);
  CHECK(over->what == "limits.max_rate 100/s");
  CHECK(over->value ==
        "109.5/s sent in the busiest 10 s, retries, polls, copies and looks included");
  CHECK(!rate_breach(1'000'000, 0));
}

TEST_CASE("the busiest window counts what was sent within ten seconds") {
  LoadMeter meter;
  for (const int at : {1, 2, 11, 12, 13, 25}) {
    Event event;
    event.kind = EventKind::request_sent;
    event.at = Time{} + whole_seconds(at);
    meter.on_event(event);
  }
  CHECK(meter.busiest() == 3);
  meter.also_sent(2, Time{} + whole_seconds(15));
  CHECK(meter.busiest() == 5);
  meter.also_sent(3, Time{} + whole_seconds(16));
  CHECK(meter.busiest() == 6);
  meter.also_sent(3, Time{} + whole_seconds(17));
  CHECK(meter.busiest() == 6);
}

TEST_CASE("the busiest window counts the copies of submits, whenever they end") {
  Run run(1);
  Loop loop(run);
  wavetank::Node node(loop, NodeId{1}, "client");
  LoadMeter meter;
  const auto ended = [&]<class V>(V, bool copy, int sent) {
    auto* call = CallOf<V>::make({});
    call->repeated = copy;
    call->caller = &node;
    call->sent = Time{} + whole_seconds(sent);
    meter.on_call(*call, whole_seconds(20));
  };
  ended(verb::HttpSubmit{}, false, 1);  // its send was an event
  ended(verb::HttpCallback{}, true, 1);
  CHECK(meter.busiest() == 0);
  ended(verb::HttpSubmit{}, true, 1);
  ended(verb::HttpSubmit{}, true, 12);
  ended(verb::HttpSubmit{}, true, 9);
  CHECK(meter.busiest() == 2);
}

}  // namespace
}  // namespace wavetank::engine
