#include "app/live/prediction.h"

#include <algorithm>
#include <ctime>
#include <thread>
#include <utility>

#include "app/ordered_pool.h"
#include "app/trial.h"
#include "scenarios/engine/fidelity/figure_fit.h"
#include "wavetank_version.h"

namespace wavetank::app {
namespace {

struct Seed {
  engine::RunReport report;
  engine::Problems problems;
  std::vector<engine::Breach> breaches;
  double answers_per_s = 0;
};

Seed simulate(Lane& lane, const PlannedScenario& planned, std::uint64_t seed,
              const PredictOptions& options) {
  Seed out;
  const Rehearsal rehearsal = planned(seed, out.problems);
  if (!out.problems.empty()) return out;
  const engine::Scenario& scenario = rehearsal.scenario;
  engine::LoadMeter meter;
  engine::Observed counted;
  engine::RunOptions run;
  run.signal = options.signal;
  run.observed = &counted;
  run.attach = [&meter](History& history) { meter.subscribe(history); };
  out.report = lane.run(rehearsal, run, out.problems);
  out.report.calibration = scenario.calibration.text(std::time(nullptr));
  const double starts = seconds(scenario.starts);
  const double load_s = std::max(seconds(scenario.load_ends) - starts, 1e-9);
  out.answers_per_s = static_cast<double>(counted.counts.answered) / load_s;
  const engine::PredictedStrain strain{meter.busiest(), counted.counts.withheld,
                                       out.report.virtual_s - starts};
  out.breaches = engine::breaches_of(out.report, strain, options.limits, scenario.expect);
  return out;
}

void slim(engine::RunReport& report) {
  report.gantt = {};
  report.chain = {};
  report.settings = {};
  report.series = {};
}

}  // namespace

engine::Observable throughput(double answers_per_s) {
  return {engine::throughput_figure, "/s", answers_per_s, 0};
}

std::optional<Prediction> predict(const ScenarioText& text, const PlannedScenario& planned,
                                  const PredictOptions& options, engine::Problems& problems) {
  const std::size_t threads =
      std::min<std::size_t>(options.count, std::max(1U, std::thread::hardware_concurrency()));
  std::vector<std::unique_ptr<Lane>> lanes(threads);
  Prediction out;
  bool whole = true;
  const auto work = [&](std::size_t i, std::size_t worker) {
    if (!lanes[worker]) lanes[worker] = std::make_unique<Lane>(text);
    return simulate(*lanes[worker], planned, options.first_seed + i, options);
  };
  OrderedPool<Seed> pool(options.count, threads, work);
  pool.run(
      [&](std::size_t i, Seed&& one) {
        for (const engine::Problem& problem : one.problems.all()) problems.add(problem);
        whole = problems.empty() && options.signal->load() == 0;
        if (!whole) return false;
        const engine::Observable answers = throughput(one.answers_per_s);
        out.sample.add(one.report, {&answers, 1});
        out.breaches.add(one.breaches);
        if (i > 0) slim(one.report);
        out.reports.push_back(std::move(one.report));
        return true;
      },
      [] {});
  if (!whole) return std::nullopt;
  return out;
}

engine::RunReport journal_of(const Prediction& prediction, const std::string& repro) {
  engine::RunReport report = prediction.reports.front();
  report.version = wavetank_version;
  report.repro = repro;
  engine::ReplicationResult all;
  all.first_seed = report.seed;
  all.count = prediction.sample.size();
  all.warm_up_by = "file";
  all.metrics = engine::replicated(prediction.sample);
  report.replications = std::move(all);
  return report;
}

}  // namespace wavetank::app
