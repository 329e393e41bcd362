#include "bench/drill.h"

#include <algorithm>

#include "app/rehearsal.h"
#include "app/sim_tank.h"
#include "bench/memory.h"
#include "scenarios/engine/runner.h"

namespace wavetank::bench {
namespace {

/// Counts jobs and tasks, also where nothing judges the run.
class Tally final : public Observer {
 public:
  static constexpr EventKind kinds[] = {EventKind::process_accepted, EventKind::process_terminal,
                                        EventKind::task_finished};

  explicit Tally(Outcome& outcome) : outcome_(outcome) {}

  void on_event(const Event& event) override {
    if (event.kind == EventKind::task_finished) {
      ++outcome_.tasks;
    } else if (event.kind == EventKind::process_terminal) {
      ++outcome_.ended;
    } else {
      ++accepted_;
      outcome_.in_flight_peak = std::max(outcome_.in_flight_peak, accepted_ - outcome_.ended);
    }
  }

 private:
  Outcome& outcome_;
  std::uint64_t accepted_ = 0;
};

engine::RunReport run_once(const app::Rehearsal& rehearsal, const engine::RunOptions& options,
                           engine::Problems& problems) {
  app::SimTank tank(rehearsal.world, static_cast<std::uint64_t>(rehearsal.scenario.seed));
  return engine::run(rehearsal.scenario, tank, options, problems);
}

}  // namespace

Outcome run(const Drill& drill, benchmark::State* state) {
  Outcome outcome;
  engine::Problems problems;
  const std::string path = WAVETANK_SOURCE_DIR "/scenarios/" + drill.scenario;
  const app::ScenarioText text(path, problems);
  const app::Rehearsal rehearsal = text.rehearsal(drill.sets, drill.load, problems);
  Tally tally(outcome);
  engine::RunOptions options;
  options.judged = drill.judged;
  options.attach = [&tally](History& history) { history.subscribe(tally, Tally::kinds); };
  const std::size_t before = live_heap();
  options.progress = [&outcome, before](const engine::Progress&) {
    const std::size_t now = live_heap();
    if (now > before) outcome.heap_peak = std::max(outcome.heap_peak, now - before);
  };
  if (!problems.empty()) {
    outcome.trouble = problems.text();
  } else if (state == nullptr) {
    outcome.report = run_once(rehearsal, options, problems);
  } else {
    for (auto _ : *state) outcome.report = run_once(rehearsal, options, problems);
  }
  if (!problems.empty()) outcome.trouble = problems.text();
  if (outcome.report.verdict == "error") outcome.trouble = outcome.report.headline;
  return outcome;
}

Outcome measure(benchmark::State& state, const Drill& drill) {
  using benchmark::Counter;
  forget_peak_rss();
  Outcome outcome = run(drill, &state);
  if (!outcome.trouble.empty()) {
    state.SkipWithError(outcome.trouble.c_str());
    return outcome;
  }
  const auto rate = [&state](const char* name, double value) {
    state.counters[name] = Counter(value, Counter::kIsRate);
  };
  const auto events = static_cast<double>(outcome.report.events);
  rate("events", events);
  state.counters["event"] = Counter(events, Counter::kIsRate | Counter::kInvert);
  rate("virtual_s", outcome.report.virtual_s);
  rate("jobs", static_cast<double>(outcome.ended));
  rate("tasks", static_cast<double>(outcome.tasks));
  state.counters["rss_peak"] = Counter(static_cast<double>(peak_rss()), Counter::kDefaults,
                                       Counter::kIs1024);
  return outcome;
}

}  // namespace wavetank::bench
