#pragma once
// A drill: one run of a scenario against a live target, from the questions that are asked before
// anything is touched to the verdict on what was observed.

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "app/command.h"
#include "app/live/control_link.h"
#include "app/live/drill_guards.h"
#include "app/live/drill_size.h"
#include "app/live/drill_watch.h"
#include "app/live/histories.h"
#include "app/live/live_controls.h"
#include "app/live/strike_plan.h"
#include "app/rehearsal.h"
#include "scenarios/engine/runner.h"
#include "system/live/drill/strike.h"
#include "system/live/live_world.h"
#include "system/live/session_pool.h"

namespace wavetank::app {

class LastWords;
struct DrillStrikes;
struct DrillSeen;
class Repeaters;

struct DrillOptions {
  std::string target_path;
  std::vector<std::string> target_sets;
  bool skip_unsupported = false;
  bool strike_production = false;
  bool quiet = false;
  DrillWatch* watch = nullptr;  ///< may be null; outlives the drill
};

class Drill {
 public:
  /// All must outlive it. `text` was read with `sets` and `load_factor` without problems.
  Drill(const ScenarioText& text, const std::vector<std::string>& sets, double load_factor,
        const DrillOptions& options, Streams& streams);
  ~Drill();

  /// Reads the target and asks it whether the drill may be. Nothing is touched. The exit code where
  /// it may not, with a message.
  std::optional<int> prepare();
  /// What would be touched, for --dry-run.
  void tell_plan() const;
  /// The drill. None where it never began: then exit_code() says why.
  std::optional<engine::RunReport> run(const std::atomic<int>& signal, const std::string& folder);
  int exit_code() const { return exit_code_; }

  // After prepare().
  const live::Target& target() const { return target_; }
  const std::string& run_id() const { return run_id_; }
  const engine::Scenario& scenario() const { return rehearsal_.scenario; }
  /// What will be run, under another seed. Any thread may ask.
  Rehearsal planned(std::uint64_t seed, engine::Problems& problems) const;

 private:
  bool attached() const { return target_.platform == "attached"; }
  Rehearsal read(const std::vector<std::string>& sets, engine::Problems& problems) const;
  bool plan(const live::LiveWorld& names);
  bool fits(std::ostream& err);
  std::vector<nlohmann::json> fault_texts() const;
  bool take_guards(const std::string& folder);
  void halt(const std::string& why);
  void cap_rate(std::uint64_t busiest);
  bool perform(const std::atomic<int>& signal, const std::string& folder,
               engine::Observed& observed, DrillSeen& seen);
  bool finds_links_whole();
  bool start_platform(const std::atomic<int>& signal);
  bool watch_health(Duration time, const std::atomic<int>& signal);
  DrillSeen offer(const std::atomic<int>& signal, const std::string& folder,
                  engine::Observed& observed);
  void observe(live::LiveWorld& world, const std::atomic<int>& signal, engine::Observed& observed);
  void on_fault(live::LiveWorld& world, std::size_t index, bool begins, bool early);
  bool begin_strikes(const std::string& folder);
  void end_strikes(engine::Observed& observed);
  std::vector<std::unique_ptr<live::Strike>> strikes_of(const FaultPlan& plan) const;
  std::string fault_id(const FaultPlan& plan) const;
  void count_strikes(engine::Observed& observed);
  bool drained() const;
  std::vector<std::string> history_files() const;
  void tell(const std::string& what) const;
  void gather(live::LiveWorld& world, const std::string& folder, engine::Observed& observed);
  void collect(live::LiveWorld& world, Histories& histories, engine::Observed& observed);
  live::Trouble keep_history(const live::LiveWorld& world, const std::vector<Event>& events,
                             const std::string& folder) const;
  void add_tallies(engine::Observed& observed);
  void add_troubles(engine::Observed& observed) const;
  void tell_belongings(const std::string& folder, engine::Observed& observed) const;
  std::optional<engine::RunReport> judged(const engine::Observed& observed, DrillSeen seen) const;
  int refuse(int code, const std::string& why);

  const ScenarioText& text_;
  std::vector<std::string> sets_;
  double load_factor_;
  const DrillOptions& options_;
  Streams& streams_;
  live::Target target_;
  Rehearsal rehearsal_;
  std::string run_id_;
  live::ClockReading clock_ = live::ClockReading::now();  ///< that of the platform's processes
  std::vector<std::string> processes_;  ///< of the platform, as the blueprint hosts them
  std::vector<FaultPlan> plans_;
  DrillForecast forecast_;
  std::map<std::size_t, std::string> left_out_;  ///< by their place in the file, and why
  std::unique_ptr<ControlLink> link_;
  std::unique_ptr<LiveControls> controls_;
  std::map<std::size_t, std::uint64_t> shaped_;  ///< requests that faults of the data have shaped
  Repeaters* repeaters_ = nullptr;  ///< of offer(), while it lasts; null on our own platform
  int exit_code_ = exit_error;
  std::string refused_;  ///< why it did not begin
  std::mutex halting_;
  std::atomic<bool> halted_{false};
  std::string halt_;  ///< why; written once, before halted_
  // Last to begin, first to end: what is struck, then what is told of it, then whose the target is.
  std::unique_ptr<DrillGuards> guards_;
  std::unique_ptr<LastWords> last_words_;  ///< while anything may stand
  std::unique_ptr<DrillStrikes> strikes_;
};

}  // namespace wavetank::app
