// wavetank run: the composition root. It reads the scenario, builds the simulated world, lets the
// engine run it, and writes what it found. Only here are clocks read: for how long a run took.

#include <chrono>
#include <ctime>
#include <iostream>
#include <optional>

#include "app/interrupt.h"
#include "app/offered.h"
#include "app/rehearsal.h"
#include "app/repro.h"
#include "app/run.h"
#include "app/scenario_options.h"
#include "app/sim_tank.h"
#include "app/terminal.h"
#include "app/trace_feed.h"
#include "app/written_reports.h"
#include "reports/console.h"
#include "reports/progress.h"
#include "reports/words.h"
#include "scenarios/engine/runner.h"
#include "wavetank_version.h"

namespace wavetank::app {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::string utc_now() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

/// A trace that grows while the run goes on.
struct TraceFile {
  TraceFile(const std::string& path, World& world, std::vector<std::string> faults)
      : file(path),
        trace([this](std::string_view text) { file.write(text); }),
        feed(trace, world, std::move(faults)) {}

  GrowingFile file;
  reports::Perfetto trace;
  TraceFeed feed;
};

class Run final : public Command {
 public:
  explicit Run(engine::Blueprints known) : known_(known) {}
  void declare(Options& options) override;
  const char* examples() const override;
  int run(Streams& streams) override;

 private:
  bool understand(Streams& streams);
  Rehearsal read(engine::Problems& problems);
  bool prepare(Streams& streams) const;
  engine::RunReport rehearse(Rehearsal& rehearsal, const std::atomic<int>& signal,
                             engine::Problems& problems, Streams& streams);
  void add_origin(const Rehearsal& rehearsal, engine::RunReport& report) const;
  void show(const engine::RunReport& report, Streams& streams) const;

  engine::Blueprints known_;
  ScenarioOptions options_;
  std::string out_ = "out", report_ = "all", perfetto_;
  bool quiet_ = false, no_color_ = false, verbose_ = false, swarm_ = false;
  ReportChoice choice_;
  std::vector<std::string> drawn_;
};

void Run::declare(Options& options) {
  options_.declare(options);
  options.flag("--swarm", swarm_,
               "Draw settings and faults for this seed from what the scenario declares.");
  options.value("--out", out_, "DIR", "Where reports go; default out.");
  options.value("--report", report_, "LIST",
                "Which reports: console, json, junit, markdown, html with commas between; all "
                "(the default) or none.");
  options.value("--perfetto", perfetto_, "FILE", "Also write a trace for ui.perfetto.dev.");
  options.flag("--quiet", quiet_, "Print the verdict only.");
  options.flag("--verbose", verbose_, "Print every check, fault and resource.");
  options.flag("--no-color", no_color_, "No colours, as NO_COLOR=1 does.");
}

const char* Run::examples() const {
  return "  wavetank run scenarios/callback_timeouts.json\n"
         "  wavetank run scenarios/callback_timeouts.json --set system.protections=none\n"
         "  wavetank run scenarios/facebook_day.json --load 2x --out out/doubled\n";
}

bool Run::understand(Streams& streams) {
  if (!options_.understand(streams)) return false;
  std::string wrong;
  choice_ = choose_reports(report_, wrong);
  if (!wrong.empty()) streams.err << "wavetank: " << wrong << '\n';
  return wrong.empty();
}

/// With --swarm: under what its seed draws, and then under the user's own overrides.
Rehearsal Run::read(engine::Problems& problems) {
  const ScenarioText text(options_.path, problems, known_);
  Rehearsal rehearsal = text.rehearsal(options_.sets, options_.load_factor, problems);
  if (!swarm_ || !problems.empty()) return rehearsal;
  const engine::SwarmDraw draw = text.swarm(options_.sets, options_.load_factor, problems);
  if (!problems.empty()) return rehearsal;
  drawn_ = draw.sets(static_cast<std::uint64_t>(rehearsal.scenario.seed));
  std::vector<std::string> sets = drawn_;
  sets.insert(sets.end(), options_.sets.begin(), options_.sets.end());
  return text.rehearsal(sets, options_.load_factor, problems);
}

/// Whatever cannot be written is said before the run, not after it.
bool Run::prepare(Streams& streams) const {
  Trouble trouble;
  if (choice_.files()) trouble = prepare_folder(out_);
  if (!trouble && !perfetto_.empty()) trouble = prepare_file(perfetto_);
  if (trouble) streams.err << "wavetank: " << *trouble << '\n';
  return !trouble;
}

engine::RunReport Run::rehearse(Rehearsal& rehearsal, const std::atomic<int>& signal,
                                engine::Problems& problems, Streams& streams) {
  const auto style = err_is_terminal() ? reports::ProgressPrinter::Style::live
                                       : reports::ProgressPrinter::Style::lines;
  reports::ProgressPrinter printer(
      [&](std::string_view text) { streams.err << text << std::flush; }, style);
  const engine::Scenario& scenario = rehearsal.scenario;
  SimTank tank(rehearsal.world, static_cast<std::uint64_t>(scenario.seed));
  std::optional<TraceFile> trace;
  if (!perfetto_.empty()) {
    std::vector<std::string> faults;
    for (const faults::FaultEntry& entry : scenario.faults) faults.push_back(entry.name);
    trace.emplace(perfetto_, tank.world(), std::move(faults));
  }
  const Clock::time_point start = Clock::now();
  engine::RunOptions options;
  options.signal = &signal;
  options.attach = [&trace](History& history) {
    if (trace) trace->feed.subscribe(history);
  };
  if (!quiet_) {
    options.progress = [&](const engine::Progress& at) {
      printer.update({at.phase, at.virtual_s, at.end_s, seconds_since(start), at.events,
                      at.active_faults});
    };
  }
  engine::RunReport report = engine::run(scenario, tank, options, problems);
  printer.clear();
  report.wall_s = seconds_since(start);
  if (trace && problems.empty()) {
    trace->feed.finish();
    if (const Trouble trouble = trace->file.finish()) {
      streams.err << "wavetank: " << *trouble << '\n';
    }
    if (trace->feed.cut_short()) {
      streams.err << "wavetank: the trace has the first " << TraceFeed::slices_max << " slices\n";
    }
  }
  return report;
}

void Run::add_origin(const Rehearsal& rehearsal, engine::RunReport& report) const {
  report.version = wavetank_version;
  report.calibration = "none";
  report.repro = run_command(options_.path, report.seed, options_.sets, options_.load, swarm_);
  if (!drawn_.empty()) report.notes.push_back("drawn:" + overrides_text(drawn_, ""));
  if (report.verdict == "pass" && !reports::breaks_as_expected(report)) {
    report.breaks = break_command(options_.path, rehearsal.scenario.breaks);
  }
}

void Run::show(const engine::RunReport& report, Streams& streams) const {
  reports::ConsoleOptions options;
  options.colors = colours_welcome() && !no_color_;
  options.verbose = verbose_;
  if (choice_.html) options.report_path = path_in(out_, "report.html");
  if (choice_.json) options.journal_path = path_in(out_, "journal.json");
  if (choice_.console && !quiet_) {
    streams.out << reports::console(report, options);
    return;
  }
  if (choice_.console) streams.out << report.headline << '\n';
  if (report.exit_code != exit_ok) {
    std::ostream& where = choice_.console ? streams.out : streams.err;
    where << "repeat   " << reports::repeat_of(report) << '\n';
  }
}

int Run::run(Streams& streams) {
  if (!understand(streams)) return exit_usage;
  const std::atomic<int>& signal = watch_signals();
  engine::Problems problems;
  Rehearsal rehearsal = read(problems);
  if (problems.empty()) ask_world(rehearsal, problems);
  if (problems.empty() && !prepare(streams)) return exit_usage;
  engine::RunReport report;
  const std::string started_at = utc_now();
  if (problems.empty()) report = rehearse(rehearsal, signal, problems, streams);
  if (!problems.empty()) {
    print_problems(problems, options_.path, streams.err);
    return exit_usage;
  }
  report.started_at = started_at;
  if (signal.load() == 0) report.offered_slot_hours = offered_slot_hours(rehearsal);
  add_origin(rehearsal, report);
  std::vector<std::string> troubles;
  write_reports(report, choice_, out_, troubles);
  for (const std::string& trouble : troubles) streams.err << "wavetank: " << trouble << '\n';
  show(report, streams);
  return report.exit_code == exit_ok && !troubles.empty() ? exit_error : report.exit_code;
}

}  // namespace

std::unique_ptr<Command> make_run() { return make_run(service::blueprint_types()); }

std::unique_ptr<Command> make_run(engine::Blueprints known) { return std::make_unique<Run>(known); }

}  // namespace wavetank::app
