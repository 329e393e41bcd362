#pragma once
// StopJudge: the thresholds with `abort`, judged while a run on a real platform lasts. Such a run
// is judged in full only afterwards, from everybody's history: what must stop it cannot wait.
//
//   StopJudge judge(scenario, loop);
//   judge.add(event);                       // as it is heard of: those of others may come late
//   if (auto why = judge.judge(now)) ...    // "api.errors rate < 5%: 31 %, since 14 s"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/engine/metrics/collector.h"
#include "scenarios/engine/scenario.h"

namespace wavetank::engine {

class StopJudge {
 public:
  /// Judges nothing where no threshold has `abort`. `loop` must outlive it, and is not used.
  StopJudge(const Scenario& scenario, Loop& loop);

  bool idle() const { return idle_; }
  void add(const Event& event) { heard_.push_back(event); }
  /// Judges what happened up to `until`, which never goes back: windows as they close, the others
  /// every 5 s from the end of the warm-up on. Why the run must end, once a threshold has failed.
  std::optional<std::string> judge(Time until);
  /// The threshold that failed, as the scenario writes it; empty before.
  const std::string& broken() const { return broken_; }

 private:
  void go_on(Time to);

  bool idle_;
  Time chaos_, settle_;
  History history_;
  Collector collector_;
  std::vector<Event> heard_;
  std::string broken_;
};

}  // namespace wavetank::engine
