#include "scenarios/engine/stop_judge.h"

#include <algorithm>
#include <utility>

namespace wavetank::engine {
namespace {

CollectorSettings stop_settings(const Scenario& scenario) {
  CollectorSettings settings;
  settings.load_ends = scenario.load_ends;
  settings.grid = Grid::over(scenario.load_ends + scenario.settle);
  settings.grid.tick = whole_seconds(1);
  settings.stop_checks = whole_seconds(5);
  settings.places = places_of(scenario);
  for (const Threshold& one : scenario.thresholds) {
    if (one.abort) settings.thresholds.push_back(one);
  }
  return settings;
}

std::string sentence(const ThresholdResult& result) {
  std::string text = result.expr;
  if (!result.window.empty()) text += " in every " + result.window;
  text += ": " + result.observed;
  if (result.since) text += ", since " + human(MetricUnit::seconds, *result.since);
  return text;
}

}  // namespace

StopJudge::StopJudge(const Scenario& scenario, Loop& loop)
    : idle_(std::none_of(scenario.thresholds.begin(), scenario.thresholds.end(),
                         [](const Threshold& one) { return one.abort; })),
      chaos_(Time{} + std::max(scenario.warm_up, scenario.starts)),
      settle_(Time{} + scenario.load_ends),
      history_(loop),
      collector_(stop_settings(scenario), nullptr) {
  collector_.subscribe(history_);
}

/// Phases begin where they begin in the run, so what is heard of late counts where it is heard of.
void StopJudge::go_on(Time to) {
  if (to >= chaos_) {
    collector_.enter(RunPhase::chaos, chaos_);
    chaos_ = time_max;
  }
  if (to >= settle_) {
    collector_.enter(RunPhase::settle, settle_);
    settle_ = time_max;
  }
  collector_.sample(to);
}

std::optional<std::string> StopJudge::judge(Time until) {
  if (idle_ || !broken_.empty()) return std::nullopt;
  const auto later = std::stable_partition(heard_.begin(), heard_.end(),
                                           [until](const Event& e) { return e.at <= until; });
  std::stable_sort(heard_.begin(), later,
                   [](const Event& a, const Event& b) { return a.at < b.at; });
  std::for_each(heard_.begin(), later, [this](const Event& event) {
    go_on(event.at);
    history_.replay(event);
  });
  heard_.erase(heard_.begin(), later);
  go_on(until);
  if (!collector_.aborted()) return std::nullopt;
  RunReport report;
  collector_.report(report);
  const auto failed = std::find_if(report.thresholds.begin(), report.thresholds.end(),
                                   [](const ThresholdResult& one) { return one.aborted; });
  broken_ = failed->expr;
  return sentence(*failed);
}

}  // namespace wavetank::engine
