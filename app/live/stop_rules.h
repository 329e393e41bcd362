#pragma once
// StopRules: the thresholds with `abort` of a drill, judged while it lasts. What the load sees is
// judged at once; what only the platform's own processes see, from the histories that they write,
// some 2 s later. A process that writes nothing, not even that it is there, leaves them unknown.

#include <memory>
#include <optional>
#include <string>
#include <utility>
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
  /// load's own process hears everything. A process touches its file once a second: one that has
  /// not for `silent_after` is silent.
  StopRules(const engine::Scenario& scenario, Loop& loop, const live::LiveClock& clock,
            std::vector<std::string> histories, Duration silent_after = whole_seconds(5));

  /// Of the load's own process.
  void hear(const Event& event) {
    if (!judge_.idle()) judge_.add(event);
  }
  /// Why the run must end, once. To be asked often, on the loop's thread; judges once a second.
  std::optional<std::string> broken();
  const std::string& threshold() const { return judge_.broken(); }

  /// Processes that have begun to be silent, or write again, since the last call, in words: what
  /// rests on them is unknown meanwhile.
  std::vector<std::string> unknown() { return std::exchange(unknown_, {}); }
  /// From when to when, for the report.
  std::vector<std::string> notes() const;

 private:
  struct Silence {
    std::string process;
    Time from{}, to = time_max;
  };
  void listen(Time now);

  engine::StopJudge judge_;
  const live::LiveClock& clock_;
  std::unique_ptr<HistoryTail> tail_;
  Duration silent_after_;
  Time next_{};
  std::vector<Silence> silences_;
  std::vector<std::string> unknown_;
};

}  // namespace wavetank::app
