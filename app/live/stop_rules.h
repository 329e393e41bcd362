#pragma once
// StopRules: the thresholds with `abort` of a drill, judged while it lasts. What the load sees is
// judged at once; what only the platform's own processes see, from the histories that they write,
// some 2 s later.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/live/history_tail.h"
#include "scenarios/engine/stop_judge.h"
#include "system/live/live_clock.h"

namespace wavetank::app {

/// The thresholds with `abort` whose metric nobody sees while the run lasts, each with why: a rule
/// for safety that cannot be judged is worse than none.
std::vector<std::string> blind_rules(const std::vector<engine::Threshold>& thresholds,
                                     bool attached);

class StopRules {
 public:
  /// All must outlive it. `histories` are the files of the platform's processes; none where the
  /// load's own process hears everything.
  StopRules(const engine::Scenario& scenario, Loop& loop, const live::LiveClock& clock,
            std::vector<std::string> histories);

  /// Of the load's own process.
  void hear(const Event& event) {
    if (!judge_.idle()) judge_.add(event);
  }
  /// Why the run must end, once. To be asked often, on the loop's thread; judges once a second.
  std::optional<std::string> broken();
  const std::string& threshold() const { return judge_.broken(); }

 private:
  engine::StopJudge judge_;
  const live::LiveClock& clock_;
  std::unique_ptr<HistoryTail> tail_;
  Time next_{};
};

}  // namespace wavetank::app
