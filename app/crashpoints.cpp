// wavetank crashpoints: kills each kind of node right before and right after each durable step that
// it takes, one run a point, then two crashes a run as far as the budget goes.

#include "app/crashpoints.h"

#include <algorithm>
#include <chrono>

#include "app/interrupt.h"
#include "app/ordered_pool.h"
#include "app/repro.h"
#include "app/scenario_options.h"
#include "app/terminal.h"
#include "app/trial.h"
#include "reports/crash_points.h"
#include "reports/sweep_bar.h"
#include "reports/words.h"
#include "scenarios/engine/crash_points.h"
#include "scenarios/engine/text/document.h"
#include "scenarios/engine/text/quantity.h"
#include "system/base/random.h"

namespace wavetank::app {
namespace {

using Clock = std::chrono::steady_clock;
using engine::CrashPoint;
using engine::CrashRun;
using engine::Node;

std::vector<std::string> broken_in(const engine::RunReport& report) {
  std::vector<std::string> names;
  for (const engine::InvariantResult& one : report.invariants) {
    if (one.verdict == "broken") names.push_back(one.name);
  }
  return names;
}

class Crashpoints final : public Command {
 public:
  explicit Crashpoints(engine::Blueprints known) : known_(known) {}
  void declare(Options& options) override;
  const char* examples() const override;
  int run(Streams& streams) override;

 private:
  bool understand(Streams& streams);
  bool prepare(const ScenarioText& text, Streams& streams);
  std::vector<CrashPoint> discover(const ScenarioText& text);
  std::string faults_of(const CrashRun& run) const;
  CrashRun crash(Lane& lane, CrashRun run) const;
  std::vector<CrashRun> crash_all(const ScenarioText& text, std::vector<CrashRun> runs,
                                  Streams& streams) const;
  std::vector<CrashRun> pairs(const std::vector<CrashPoint>& points) const;
  int finish(std::size_t steps, Streams& streams) const;

  engine::Blueprints known_;
  ScenarioOptions options_;
  std::string budget_text_ = "500", threads_text_, restart_text_ = "10s";
  std::size_t threads_ = 1;
  std::uint64_t budget_ = 0, seed_ = 0;
  bool quiet_ = false;
  Duration restart_after_{}, from_{}, to_{};
  Node faults_ = engine::array_node();  ///< the scenario's own
  engine::CrashSearch search_;
  const std::atomic<int>* signal_ = nullptr;
  Clock::time_point start_;
};

void Crashpoints::declare(Options& options) {
  options_.declare(options);
  options.value("--budget", budget_text_, "N",
                "Runs in all; every single crash is run, and what they leave of it goes to "
                "pairs. Default 500.");
  options.flag("--quiet", quiet_, "No progress.");
  options.value("--restart-after", restart_text_, "TIME",
                "When a node that died comes back; default 10s.");
  declare_threads(options, threads_text_);
}

const char* Crashpoints::examples() const {
  return "  wavetank crashpoints my_platform/first_drill.json --load 0.1x\n"
         "  wavetank crashpoints s.json --set system.api.delivery=dual_write\n"
         "\n"
         "exit codes: 0 nothing breaks, 3 an invariant breaks, 4 it cannot be told\n";
}

bool Crashpoints::understand(Streams& streams) {
  if (!options_.understand(streams)) return false;
  const auto budget = read_count("--budget", budget_text_, 1, 1'000'000, streams.err);
  const auto threads = read_threads(threads_text_, streams.err);
  if (!budget || !threads) return false;
  const auto restart = engine::parse_duration(restart_text_);
  if (!restart.value || *restart.value <= Duration{}) {
    streams.err << "wavetank: --restart-after takes a time above zero, not "
                << engine::in_quotes(restart_text_) << ". Example: --restart-after 10s.\n";
    return false;
  }
  budget_ = *budget;
  threads_ = *threads;
  restart_after_ = *restart.value;
  return true;
}

bool Crashpoints::prepare(const ScenarioText& text, Streams& streams) {
  engine::Problems problems;
  const Rehearsal read = text.checked(options_.sets, options_.load_factor, problems);
  if (print_problems(problems, options_.path, streams.err)) return false;
  seed_ = static_cast<std::uint64_t>(read.scenario.seed);
  from_ = read.scenario.warm_up;
  to_ = read.scenario.load_ends;
  const Node root = text.tree(options_.sets, problems);
  if (const Node* faults = root.find("faults")) faults_ = *faults;
  return true;
}

/// Runs the scenario as it is, and hears every durable step.
std::vector<CrashPoint> Crashpoints::discover(const ScenarioText& text) {
  engine::DurableSteps steps(Time{} + from_, Time{} + to_);
  engine::RunOptions run;
  run.signal = signal_;
  run.arm = [&steps](World& world) { steps.listen(world); };
  engine::Problems problems;
  Lane lane(text);
  const engine::RunReport report =
      lane.run({options_.sets, seed_, options_.load_factor}, run, problems);
  search_.broken_anyway = broken_in(report);
  return steps.points();
}

/// As --set takes it: the scenario's own faults, then the crashes.
std::string Crashpoints::faults_of(const CrashRun& run) const {
  Node all = faults_;
  for (Node& fault : engine::crash_faults(run, from_, restart_after_)) {
    all.items.push_back(std::move(fault));
  }
  return "faults=" + engine::write_json_line(all);
}

CrashRun Crashpoints::crash(Lane& lane, CrashRun run) const {
  Trial trial{options_.sets, seed_, options_.load_factor};
  trial.sets.push_back(faults_of(run));
  engine::RunOptions options;
  options.signal = signal_;
  engine::Problems problems;
  const engine::RunReport report = lane.run(trial, options, problems);
  if (!problems.empty()) run.error = problems.text();
  if (report.verdict == "error") run.error = report.headline;
  const std::size_t own = faults_.items.size();
  run.struck = report.faults.size() == own + run.crashes.size();
  for (std::size_t i = own; i < report.faults.size(); ++i) {
    run.struck = run.struck && report.faults[i].fired > 0;
  }
  for (const std::string& name : broken_in(report)) {
    const auto& anyway = search_.broken_anyway;
    if (std::find(anyway.begin(), anyway.end(), name) == anyway.end()) run.broken.push_back(name);
  }
  return run;
}

std::vector<CrashRun> Crashpoints::crash_all(const ScenarioText& text, std::vector<CrashRun> runs,
                                             Streams& streams) const {
  reports::SweepBar bar = progress_bar(streams.err, quiet_);
  std::uint64_t broken = 0;
  const Clock::time_point start = Clock::now();
  std::vector<CrashRun> done;
  std::vector<std::unique_ptr<Lane>> lanes(threads_);
  OrderedPool<CrashRun> pool(runs.size(), threads_, [&](std::size_t i, std::size_t worker) {
    if (!lanes[worker]) lanes[worker] = std::make_unique<Lane>(text);
    return crash(*lanes[worker], runs[i]);
  });
  const auto show = [&] {
    const double wall = std::chrono::duration<double>(Clock::now() - start).count();
    bar.update({done.size(), 0, runs.size(), broken, wall});
  };
  pool.run(
      [&](std::size_t, CrashRun&& run) {
        if (signal_->load() != 0) return false;
        if (!run.broken.empty()) ++broken;
        done.push_back(std::move(run));
        show();
        return true;
      },
      show);
  bar.clear();
  return done;
}

/// As many as the budget has room for, spread over all of them by a hash.
std::vector<CrashRun> Crashpoints::pairs(const std::vector<CrashPoint>& points) const {
  const std::uint64_t all = points.size() * points.size();
  const std::uint64_t spent = 1 + points.size();
  std::vector<std::uint64_t> chosen(all);
  for (std::uint64_t i = 0; i < all; ++i) chosen[i] = i;
  const auto place = [](std::uint64_t i) { return draw(0, Purpose("crashpoints.pairs"), i); };
  std::sort(chosen.begin(), chosen.end(), [&](std::uint64_t a, std::uint64_t b) {
    return place(a) != place(b) ? place(a) < place(b) : a < b;
  });
  chosen.resize(std::min(all, budget_ > spent ? budget_ - spent : 0));
  std::sort(chosen.begin(), chosen.end());
  std::vector<CrashRun> out;
  for (const std::uint64_t i : chosen) {
    CrashRun run;
    run.crashes = {points[i / points.size()], points[i % points.size()]};
    run.crashes[1].nth = 1;
    out.push_back(std::move(run));
  }
  return out;
}

int Crashpoints::finish(std::size_t steps, Streams& streams) const {
  engine::RunReport name;
  name.scenario = options_.path;
  reports::CrashPage page;
  page.title = reports::name_of(name) + "  seed " + std::to_string(seed_) +
               "  a node that dies comes back after " + engine::text_of(restart_after_);
  const std::size_t runs = 1 + search_.points.size() + search_.pairs.size();
  const double wall = std::chrono::duration<double>(Clock::now() - start_).count();
  page.facts = reports::count_of(steps, "durable step", "durable steps") + ", " +
               reports::count_of(search_.points.size(), "point", "points") + ", " +
               reports::grouped(search_.pairs.size()) + " of " +
               reports::count_of(search_.pairs_possible, "pair", "pairs") + " | " +
               reports::count_of(runs, "run", "runs") + " in " + reports::span(wall);
  page.colors = colours_welcome();
  page.interrupted = signal_->load() != 0;
  if (const CrashRun* broken = search_.first_broken()) {
    std::vector<std::string> sets = options_.sets;
    sets.push_back(faults_of(*broken));
    page.repro = run_command(options_.path, seed_, sets, options_.load);
  }
  streams.out << reports::console(search_, page);
  if (const int signal = signal_->load(); signal != 0) return 128 + signal;
  return search_.exit_code();
}

int Crashpoints::run(Streams& streams) {
  if (!understand(streams)) return exit_usage;
  signal_ = &watch_signals();
  start_ = Clock::now();
  engine::Problems problems;
  const ScenarioText text(options_.path, problems, known_);
  if (print_problems(problems, options_.path, streams.err)) return exit_usage;
  if (!prepare(text, streams)) return exit_usage;
  const std::vector<CrashPoint> points = discover(text);
  std::vector<CrashRun> single;
  for (const CrashPoint& point : points) single.push_back({{point}, false, {}, ""});
  search_.points = crash_all(text, std::move(single), streams);
  search_.pairs_possible = points.size() * points.size();
  if (signal_->load() == 0) search_.pairs = crash_all(text, pairs(points), streams);
  return finish(points.size() / 2, streams);
}

}  // namespace

std::unique_ptr<Command> make_crashpoints() {
  return make_crashpoints(service::blueprint_types());
}

std::unique_ptr<Command> make_crashpoints(engine::Blueprints known) {
  return std::make_unique<Crashpoints>(known);
}

}  // namespace wavetank::app
