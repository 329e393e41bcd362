#pragma once
// StopRules: the thresholds with `abort` of a drill, judged while it lasts. What the load sees is
// judged at once; what only the platform's own processes see, from the histories that they write,
// some 2 s later. A process that writes nothing, not even that it is there, leaves them unknown; so
// does a platform that is not ours and does not tell how requests stand. Unknown for a minute they
// stop the run as well.

#include <functional>
#include <memory>
#include <optional>
#include <set>
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

/// Metrics that nobody tells of a platform that is not ours.
std::vector<std::string> untold_metrics();

class StopRules {
 public:
  /// All must outlive it. `histories` are the files of the platform's processes; none where the
  /// load's own process hears everything. A process touches its file once a second: one that has
  /// not for `silent_after` is silent. Rules may be unknown for `unknown_most`. It begins as the
  /// load does.
  StopRules(const engine::Scenario& scenario, Loop& loop, const live::LiveClock& clock,
            std::vector<std::string> histories, Duration silent_after = whole_seconds(5),
            Duration unknown_most = minutes(1));

  /// When a platform that is not ours last told how requests stand.
  void rests_on(std::function<Time()> told) { told_ = std::move(told); }
  /// A fault of ours holds this process still or down, from now on or no more: it may be silent.
  void excuse(const std::string& process, bool begins);

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
    Time counts_from{};  ///< later than from where it was excused
  };
  void listen(Time now);
  std::optional<std::string> unknown_too_long(Time now);

  engine::StopJudge judge_;
  const live::LiveClock& clock_;
  std::unique_ptr<HistoryTail> tail_;
  Duration silent_after_, unknown_most_;
  bool by_others_ = false;  ///< some rule rests on what only others see
  std::function<Time()> told_;
  std::multiset<std::string> excused_;  ///< once for each fault
  Time next_{};
  std::vector<Silence> silences_;
  std::vector<std::string> unknown_;
};

}  // namespace wavetank::app
