#pragma once
// The runner: wires a scenario's platform into a tank, offers the load, lets the faults strike, and
// judges what came of it. Phases: warm up, chaos, settle, judge.

#include <atomic>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "scenarios/engine/observed.h"
#include "scenarios/engine/run_report.h"
#include "scenarios/engine/scenario.h"
#include "scenarios/engine/tank.h"
#include "sim/random/zipf.h"

namespace wavetank::engine {

/// Where a run stands, for whoever shows it.
struct Progress {
  double virtual_s = 0;
  double end_s = 0;  ///< of the load; settling may go on behind it
  std::string phase;
  std::vector<std::string> active_faults;
  std::uint64_t events = 0;
};

struct RunOptions {
  /// 0 while the run may go on, else the signal that ends it. May be null.
  const std::atomic<int>* signal = nullptr;
  std::function<void(const Progress&)> progress;
  /// Told of the run's history beside the judges, before the run starts.
  std::function<void(History&)> attach;
  /// Handed the world once it is wired, before anything in it starts: for rules at its gate.
  std::function<void(World&)> arm;
  /// Whom the gate and the streams of the load follow. May be null; not owned.
  Decisions* decisions = nullptr;
  Draws* draws = nullptr;
  /// False: nothing measures or judges the run, which shows what doing so costs. The same happens,
  /// but settling lasts to its limit, and the report holds no more than what was offered, faults,
  /// settings, events and fingerprint: no verdict.
  bool judged = true;
  /// Into so many batches the run is cut between its warm-up and the end of its load, for intervals
  /// over batches; 0 is none.
  std::size_t batches = 0;
  /// Unjudged: whether the platform has drained, which ends settling before its limit. May be null.
  std::function<bool()> drained;
  /// Told what the load and the faults did, at the end of a run that was not judged. May be null.
  Observed* observed = nullptr;
  /// Faults that others strike: this world's gate is not asked for them.
  std::set<std::size_t> elsewhere;
  /// Told when fault `index` has begun, and when it ends.
  std::function<void(std::size_t index, bool begins)> on_fault;
  /// Tables that earlier runs of this thread have built. May be null.
  std::shared_ptr<sim::ZipfCache> tables;
  RunOptions() = default;
};

/// Runs `scenario`, which was read without problems, in `tank`. What only the tank can tell to be
/// wrong, such as an unknown target, is added to `problems`; nothing has run then. A broken belief
/// ends the run, not the caller: the report's verdict is "error".
RunReport run(const Scenario& scenario, Tank& tank, const RunOptions& options, Problems& problems);

/// Judges what was observed, by playing it again in `tank`, whose world only lends its clock and
/// the names of its nodes: nothing is sent and no fault strikes.
RunReport judge(const Scenario& scenario, Tank& tank, const Observed& observed,
                const RunOptions& options, Problems& problems);

}  // namespace wavetank::engine
