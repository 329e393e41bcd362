// What a rehearsal prints, and that its two worlds stay apart.

#include "reports/fidelity.h"

#include <nlohmann/json.hpp>
#include <sstream>

#include "reports/words.h"
#include "scenarios/engine/fidelity/figure_fit.h"
#include "tests/reports/golden.h"

namespace wavetank::reports {
namespace {

using engine::Estimate;
using engine::FigureFit;

Estimate with(double mean, double half, std::size_t n = 5) {
  Estimate out;
  out.n = n;
  out.mean = mean;
  out.half = half;
  return out;
}

void add(engine::LoadFit& load, const char* name, const char* unit, Estimate predicted,
         Estimate observed) {
  const auto bound = engine::bound_of(name, load.busy);
  FigureFit one = engine::fit_figure(name, unit, predicted, observed, bound);
  one.aimed = bound.has_value();
  load.figures.push_back(one);
}

engine::LoadFit load_of(const char* text) {
  engine::LoadFit load;
  load.load = text;
  load.factor = 2;
  load.first_seed = 42;
  load.seeds = 5;
  load.predicted_journal = "out/predicted-2x/journal.json";
  load.predicted_recovery = "recovers";
  load.counted = 2;
  load.busy = 0.231;
  load.runs = {{"r1", "out/r1", 42, "pass", "PASS  15 of 15 checks hold", 0, true},
               {"r2", "out/r2", 43, "pass", "PASS  15 of 15 checks hold", 0, true},
               {"r3", "out/r3", 44, "invalid",
                "INVALID (exit 4): the load was not real: 91.0 % of what was planned was sent", 4,
                false}};
  add(load, "throughput value", "/s", with(13.3, .02), with(13.2, .05, 2));
  add(load, "api.latency avg", "s", with(.00424, .0001), with(.00593, .0003, 2));
  add(load, "api.latency p(95)", "s", with(.0092, .0004), with(.0131, .0009, 2));
  add(load, "api.latency p(99)", "s", with(.0155, .0003), with(.0359, .0411, 2));
  add(load, "freshness avg", "s", with(13.33, .02), with(.12, .004, 2));
  add(load, "freshness p(99)", "s", with(.21, .02), Estimate{});
  add(load, "api.errors value", "ratio", with(.01, .002), with(.012, .004, 2));
  add(load, "job.duration avg", "s", with(11.9, .02), with(.047, .01, 2));
  load.effects = {{"late callbacks of all kinds", "freshness p99", "s", with(2.3, .2),
                   with(1.9, .4, 2), engine::Turn::up, engine::Turn::up, engine::Match::same},
                  {"crash", "error rate", "ratio", with(.05, .01), with(-.1, .3, 2),
                   engine::Turn::up, engine::Turn::unclear, engine::Match::unknown}};
  load.invariants = {{"effect_once", "holds", "broken", engine::Match::different},
                     {"fenced", "holds", "holds", engine::Match::same},
                     {"read_your_writes", "undecided", "holds", engine::Match::unknown}};
  return load;
}

engine::Fidelity sample() {
  engine::Fidelity all;
  all.scenario = "drills/late_callbacks.json";
  all.title = "Late callbacks";
  all.target = "cluster (test)";
  all.scale = "0.5x rate, 1x bytes";
  all.version = "0.1.0";
  all.started_at = "2026-11-21T22:49:01Z";
  all.calibration = "none";
  all.wanted = 3;
  all.repro = "wavetank rehearse drills/late_callbacks.json --target t.json --load 2x --repeat 3";
  all.loads = {load_of("2x")};
  all.exit_code = engine::exit_code_of(all, 4);
  return all;
}

engine::Fidelity refused() {
  engine::Fidelity all = sample();
  engine::LoadFit& load = all.loads.front();
  load.counted = 0;
  load.runs.clear();
  load.breaches = {"limits.max_rate 100/s: 210/s sent in the busiest 10 s, retries included (in 5 "
                   "of 5 simulated runs)"};
  load.never_fired = {"crash"};
  all.calibration = "out/calibration.json of 2026-11-20";
  all.exit_code = 5;
  all.ended = "refused: the prediction breaches safety limits";
  return all;
}

TEST_CASE("a rehearsal reads as it should") {
  check_golden("fidelity.console.txt", console_fidelity(sample(), false, "out"));
  check_golden("fidelity.json", fidelity_json(sample()));
  check_golden("fidelity.md", fidelity_markdown(sample()));
}

TEST_CASE("a prediction that is refused says what it breaches") {
  check_golden("fidelity.prediction.txt", console_prediction(refused(), false));
}

TEST_CASE("every line fits 80 columns, but for paths and commands") {
  for (const engine::Fidelity& all : {sample(), refused()}) {
    std::istringstream lines(console_prediction(all, false) + console_fidelity(all, false, ""));
    for (std::string line; std::getline(lines, line);) {
      INFO(line);
      CHECK((columns(line) <= 80 || line.starts_with("repeat")));
    }
  }
}

TEST_CASE("other tools find every figure of both worlds") {
  const auto out = nlohmann::json::parse(fidelity_json(sample()));
  CHECK(out["verdict"] == "drifts");
  CHECK(out["exit_code"] == 3);
  const auto& load = out["loads"][0];
  CHECK(load["figures"].size() == 8);
  CHECK(load["figures"][0]["simulated"]["mean"] == 13.3);
  CHECK(load["figures"][0]["observed"]["n"] == 2);
  CHECK(load["figures"][5]["observed"].is_null());
  CHECK(load["figures"][6]["fit"].is_null());
  CHECK(load["runs"][2]["counts"] == false);
}

}  // namespace
}  // namespace wavetank::reports
