// wavetank run: the composition root. It reads the scenario, builds the simulated world, lets the
// engine run it, and writes what it found. Only here are clocks read: for how long a run took.

#include <chrono>
#include <iostream>
#include <optional>

#include "app/interrupt.h"
#include "app/live_options.h"
#include "app/offered.h"
#include "app/recorded.h"
#include "app/rehearsal.h"
#include "app/replications.h"
#include "app/repro.h"
#include "app/rescue.h"
#include "app/run.h"
#include "app/scenario_options.h"
#include "app/side_files.h"
#include "app/sim_tank.h"
#include "app/terminal.h"
#include "app/utc_now.h"
#include "app/written_reports.h"
#include "reports/console.h"
#include "reports/progress.h"
#include "reports/replications.h"
#include "reports/words.h"
#include "scenarios/engine/decisions/decisions.h"
#include "scenarios/engine/runner.h"
#include "wavetank_version.h"
#ifdef WAVETANK_LIVE
#include "app/live/drill.h"
#endif

namespace wavetank::app {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

class Run final : public Command {
 public:
  Run(engine::Blueprints known, bool follows) : known_(known), follows_(follows) {}
  void declare(Options& options) override;
  const char* examples() const override;
  int run(Streams& streams) override;

 private:
  bool understand(Streams& streams);
  bool agree(Streams& streams) const;
  std::optional<engine::RunReport> measure(Rehearsal& rehearsal, engine::Problems& problems,
                                           Streams& streams);
  bool understand_recording(Streams& streams);
  Rehearsal read(engine::Problems& problems);
  std::vector<std::string> all_sets() const;
  engine::DecisionOrigin origin(const Rehearsal& rehearsal) const;
  bool prepare(Streams& streams) const;
  engine::RunReport rehearse(Rehearsal& rehearsal, const std::atomic<int>& signal,
                             engine::Problems& problems, Streams& streams);
  void add_origin(const Rehearsal& rehearsal, engine::RunReport& report) const;
  void add_followed(const engine::DecisionFollower& follower, engine::RunReport& report) const;
  void show(const engine::RunReport& report, Streams& streams) const;
  std::string repro_of(std::uint64_t seed) const;
  int drill(Streams& streams);
  int finish(engine::RunReport report, const std::string& started_at, Streams& streams);

  engine::Blueprints known_;
  bool follows_;  ///< decisions of another run
  ScenarioOptions options_;
  ReplicationOptions replications_;
  LiveOptions live_;
  std::string out_ = "out", report_ = "all", recording_, warm_up_cut_, batches_text_;
  SideFiles beside_;
  std::uint64_t batches_ = 0;
  bool quiet_ = false, no_color_ = false, verbose_ = false, swarm_ = false;
  bool lost_ = false;  ///< a file beside the reports could not be written
  ReportChoice choice_;
  std::optional<ScenarioText> text_;
  std::vector<std::string> drawn_;
  engine::DecisionList followed_;
  std::string typed_;
};

void Run::declare(Options& options) {
  options_.declare(options);
  if (follows_) {
    options.argument("FILE", recording_,
                     "What run --record wrote. Its seed and overrides are used unless others are "
                     "given; lines may be taken out.",
                     true);
  } else {
    options.flag("--swarm", swarm_,
                 "Draw settings and faults for this seed from what the scenario declares.");
    replications_.declare(options);
    live_.declare(options);
    options.value("--batches", batches_text_, "N",
                  "Cut one long run into N batches, and give means with 95 % intervals over them.");
    options.value("--warm-up-cut", warm_up_cut_, "TIME",
                  "Another warm-up than the file's: 90s, or auto, which asks MSER-5.");
  }
  options.value("--out", out_, "DIR", "Where reports go; default out.");
  options.value("--report", report_, "LIST",
                "Which reports: console, json, junit, markdown, html with commas between; all "
                "(the default) or none.");
  beside_.declare(options);
  options.flag("--quiet", quiet_, "Print the verdict only.");
  options.flag("--verbose", verbose_, "Print every check, fault and resource.");
  options.flag("--no-color", no_color_, "No colours, as NO_COLOR=1 does.");
}

const char* Run::examples() const {
  if (follows_) {
    return "  wavetank run s.json --record s.decisions\n"
           "  wavetank replay s.json s.decisions\n"
           "  wavetank replay s.json s.decisions --set system.callbacks.idempotent=false\n";
  }
  return "  wavetank run scenarios/callback_timeouts.json\n"
         "  wavetank run scenarios/callback_timeouts.json --set system.protections=none\n"
         "  wavetank run scenarios/facebook_day.json --load 2x --out out/doubled\n";
}

/// What the recording says of its run comes before what was typed.
bool Run::understand_recording(Streams& streams) {
  engine::Problems problems;
  followed_ = read_recording(recording_, problems);
  if (print_problems(problems, recording_, streams.err)) return false;
  const engine::DecisionOrigin& origin = followed_.origin;
  typed_ = overrides_text(options_.sets, options_.load);
  options_.sets.insert(options_.sets.begin(), origin.sets.begin(), origin.sets.end());
  if (options_.seed_text.empty()) options_.seed_text = std::to_string(origin.seed);
  if (options_.load.empty()) options_.load = origin.load;
  return true;
}

bool Run::understand(Streams& streams) {
  if (follows_ && !understand_recording(streams)) return false;
  if (!options_.understand(streams) || !replications_.understand(streams)) return false;
  if (!live_.understand(streams)) return false;
  if (!agree(streams)) return false;
  if (!warm_up_cut_.empty() && warm_up_cut_ != "auto") {
    options_.sets.push_back("warm_up=" + warm_up_cut_);
  }
  if (!batches_text_.empty()) {
    const auto batches = read_count("--batches", batches_text_, 2, 1'000, streams.err);
    if (!batches) return false;
    batches_ = *batches;
  }
  std::string wrong;
  choice_ = choose_reports(report_, wrong);
  if (!wrong.empty()) streams.err << "wavetank: " << wrong << '\n';
  return wrong.empty();
}

/// What options say together.
bool Run::agree(Streams& streams) const {
  const bool many = replications_.wanted();
  const char* wrong = nullptr;
  if (many && swarm_) wrong = "--swarm draws one seed; to run many, use wavetank sweep --swarm";
  if (many && !beside_.perfetto.empty()) {
    wrong = "--perfetto takes a single run, without --replications";
  } else if (many && beside_.any()) {
    wrong = "--events and --record take a single run, without --replications";
  }
  const bool batches = !batches_text_.empty();
  if (live_.wanted() && (many || batches || swarm_ || beside_.any())) {
    wrong = "a live run is one run: no --replications, --batches, --swarm, and no side files";
  }
  if (!many && !batches && !replications_.metrics.empty()) {
    wrong = "--metric needs --replications N or --batches N";
  }
  if (many && batches) wrong = "--batches are of one run, without --replications";
  if (follows_ && !beside_.record.empty()) wrong = "a replay takes no decisions to --record";
  if (!many && warm_up_cut_ == "auto") wrong = "--warm-up-cut auto needs --replications N";
  if (wrong != nullptr) streams.err << "wavetank: " << wrong << ".\n";
  return wrong == nullptr;
}

/// With --swarm: under what its seed draws, and then under the user's own overrides.
Rehearsal Run::read(engine::Problems& problems) {
  text_.emplace(options_.path, problems, known_);
  const ScenarioText& text = *text_;
  Rehearsal rehearsal = text.rehearsal(options_.sets, options_.load_factor, problems);
  if (!swarm_ || !problems.empty()) return rehearsal;
  const engine::SwarmDraw draw = text.swarm(options_.sets, options_.load_factor, problems);
  if (!problems.empty()) return rehearsal;
  drawn_ = draw.sets(static_cast<std::uint64_t>(rehearsal.scenario.seed));
  return text.rehearsal(all_sets(), options_.load_factor, problems);
}

/// What the seed drew, and then what the user said.
std::vector<std::string> Run::all_sets() const {
  std::vector<std::string> sets = drawn_;
  sets.insert(sets.end(), options_.sets.begin(), options_.sets.end());
  return sets;
}

/// Whatever cannot be written is said before the run, not after it.
bool Run::prepare(Streams& streams) const {
  Trouble trouble;
  if (choice_.files()) trouble = prepare_folder(out_);
  std::vector<std::string> outputs = beside_.paths(), inputs{options_.path};
  for (const std::string& report : report_paths(choice_, out_)) outputs.push_back(report);
  if (follows_) inputs.push_back(recording_);
  if (!trouble) trouble = prepare_files(outputs, inputs);
  if (trouble) streams.err << "wavetank: " << *trouble << '\n';
  return !trouble;
}

engine::DecisionOrigin Run::origin(const Rehearsal& rehearsal) const {
  engine::DecisionOrigin origin;
  origin.scenario = options_.path;
  origin.digest = text_->digest();
  origin.load = options_.load;
  origin.version = wavetank_version;
  origin.seed = static_cast<std::uint64_t>(rehearsal.scenario.seed);
  origin.sets = all_sets();
  std::erase_if(origin.sets, [](const std::string& one) { return one.starts_with("seed="); });
  return origin;
}

std::string Run::repro_of(std::uint64_t seed) const {
  if (!follows_) {
    return run_command(options_.path, seed, options_.sets, options_.load, swarm_) +
           replications_.text() + (warm_up_cut_ == "auto" ? " --warm-up-cut auto" : "") +
           (batches_ > 0 ? " --batches " + std::to_string(batches_) : "") + live_.text();
  }
  return "wavetank replay " + shell_word(options_.path) + ' ' + shell_word(recording_) +
         " --seed " + std::to_string(seed) + typed_;
}

engine::RunReport Run::rehearse(Rehearsal& rehearsal, const std::atomic<int>& signal,
                                engine::Problems& problems, Streams& streams) {
  const auto style = err_is_terminal() ? reports::ProgressPrinter::Style::live
                                       : reports::ProgressPrinter::Style::lines;
  reports::ProgressPrinter printer(
      [&](std::string_view text) { streams.err << text << std::flush; }, style);
  const engine::Scenario& scenario = rehearsal.scenario;
  SimTank tank(rehearsal.world, static_cast<std::uint64_t>(scenario.seed));
  OpenSideFiles beside(beside_, scenario, tank.world(), origin(rehearsal),
                       repro_of(static_cast<std::uint64_t>(scenario.seed)));
  engine::DecisionFollower follower(followed_);
  const Clock::time_point start = Clock::now();
  engine::RunOptions options;
  beside.hook(options);
  if (follows_) {
    options.decisions = &follower;
    options.draws = &follower;
  }
  options.signal = &signal;
  options.batches = batches_;
  if (!quiet_) {
    options.progress = [&](const engine::Progress& at) {
      printer.update({at.phase, at.virtual_s, at.end_s, seconds_since(start), at.events,
                      at.active_faults});
    };
  }
  engine::RunReport report = engine::run(scenario, tank, options, problems);
  printer.clear();
  report.wall_s = seconds_since(start);
  if (problems.empty()) lost_ = !beside.finish(report, streams.err);
  if (follows_) add_followed(follower, report);
  return report;
}

void Run::add_followed(const engine::DecisionFollower& follower,
                       engine::RunReport& report) const {
  if (text_->digest() != followed_.origin.digest) {
    report.notes.emplace_back("the scenario's text is not the one that was recorded");
  }
  if (!followed_.whole) {
    report.notes.emplace_back("the recording has no end: what lies beyond it was drawn as usual");
  } else if (report.fingerprint == followed_.fingerprint) {
    report.notes.emplace_back("the fingerprint is the recorded one");
  } else {
    report.notes.emplace_back("the fingerprint is not the recorded one: the run is another");
  }
  if (const std::uint64_t more = follower.beyond(); more > 0) {
    report.notes.push_back(reports::count_of(more, "decision", "decisions") +
                           " beyond the recording were taken as usual");
  }
  for (const std::string& idle : follower.unused()) {
    report.notes.push_back("the recording speaks of " + idle + ", which this run does not have");
  }
}

void Run::add_origin(const Rehearsal& rehearsal, engine::RunReport& report) const {
  report.version = wavetank_version;
  report.calibration = rehearsal.scenario.calibration.text(std::time(nullptr));
  report.repro = repro_of(report.seed);
  if (!drawn_.empty()) report.notes.push_back("drawn:" + overrides_text(drawn_, ""));
  if (report.verdict == "pass" && !follows_ && !reports::breaks_as_expected(report)) {
    report.breaks = break_command(options_.path, rehearsal.scenario.breaks, options_.load);
  }
}

void Run::show(const engine::RunReport& report, Streams& streams) const {
  reports::ConsoleOptions options;
  options.colors = colours_welcome() && !no_color_;
  options.verbose = verbose_;
  if (choice_.html) options.report_path = path_in(out_, "report.html");
  if (choice_.json) options.journal_path = path_in(out_, "journal.json");
  if (choice_.console && !quiet_ && report.replications) {
    reports::ReplicationsPage page;
    page.colors = options.colors;
    page.verbose = verbose_;
    page.metrics = replications_.metrics;
    page.facts = batches_ > 0
                     ? "one run in " + reports::span(report.wall_s)
                     : reports::count_of(report.replications->count, "run", "runs") + " in " +
                           reports::span(report.wall_s) + " on " +
                           reports::count_of(replications_.threads, "thread", "threads");
    page.report_path = options.report_path;
    page.journal_path = options.journal_path;
    streams.out << reports::console_replications(report, page);
    return;
  }
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

/// One run, or many. None where that was refused, with a message.
std::optional<engine::RunReport> Run::measure(Rehearsal& rehearsal, engine::Problems& problems,
                                              Streams& streams) {
  const std::atomic<int>& signal = watch_signals();
  if (!replications_.wanted()) return rehearse(rehearsal, signal, problems, streams);
  const Clock::time_point start = Clock::now();
  Replications many(*text_, options_, replications_, warm_up_cut_);
  std::optional<engine::RunReport> report = many.run(rehearsal, signal, quiet_, streams);
  if (report) report->wall_s = seconds_since(start);
  return report;
}

/// The scenario on a real platform.
int Run::drill([[maybe_unused]] Streams& streams) {
#ifdef WAVETANK_LIVE
  DrillOptions told;
  told.target_path = live_.target;
  told.target_sets = live_.target_sets;
  told.skip_unsupported = live_.skip_unsupported;
  told.strike_production = live_.strike_production;
  told.quiet = quiet_;
  Drill drill(*text_, options_.sets, options_.load_factor, told, streams);
  if (const std::optional<int> refused = drill.prepare()) return *refused;
  if (live_.dry_run) {
    drill.tell_plan();
    return exit_ok;
  }
  const Clock::time_point start = Clock::now();
  const std::string started_at = utc_now();
  std::optional<engine::RunReport> found = drill.run(watch_signals(), out_);
  if (!found) return drill.exit_code();
  found->wall_s = seconds_since(start);
  found->version = wavetank_version;
  found->repro = repro_of(found->seed);
  return finish(std::move(*found), started_at, streams);
#else
  return exit_usage;
#endif
}

int Run::run(Streams& streams) {
  if (!understand(streams)) return exit_usage;
  const std::atomic<int>& signal = watch_signals();
  engine::Problems problems;
  Rehearsal rehearsal = read(problems);
  if (problems.empty() && !live_.wanted()) ask_world(rehearsal, problems);
  if (problems.empty() && !prepare(streams)) return exit_usage;
  if (problems.empty() && live_.wanted()) return drill(streams);
  const std::string started_at = utc_now();
  std::optional<engine::RunReport> found;
  if (problems.empty()) found = measure(rehearsal, problems, streams);
  if (print_problems(problems, options_.path, streams.err)) return exit_usage;
  if (!found) return signal.load() == 0 ? exit_usage : 128 + signal.load();
  engine::RunReport report = std::move(*found);
  const bool alone = !replications_.wanted() && !follows_;
  const bool read_by_people = choice_.html || choice_.markdown || (choice_.console && !quiet_);
  if (alone && read_by_people) {
    add_rescue(*text_, all_sets(), options_.load, rehearsal, report, signal);
  }
  if (signal.load() == 0) report.offered_slot_hours = offered_slot_hours(rehearsal);
  add_origin(rehearsal, report);
  return finish(std::move(report), started_at, streams);
}

/// Writes and shows a report, and says how it went.
int Run::finish(engine::RunReport report, const std::string& started_at, Streams& streams) {
  report.started_at = started_at;
  std::vector<std::string> troubles;
  write_reports(report, choice_, out_, troubles);
  for (const std::string& trouble : troubles) streams.err << "wavetank: " << trouble << '\n';
  show(report, streams);
  const bool lost = lost_ || !troubles.empty();
  return report.exit_code == exit_ok && lost ? exit_error : report.exit_code;
}

}  // namespace

std::unique_ptr<Command> make_run() { return make_run(service::blueprint_types()); }

std::unique_ptr<Command> make_run(engine::Blueprints known) {
  return std::make_unique<Run>(known, false);
}

std::unique_ptr<Command> make_following_run(engine::Blueprints known) {
  return std::make_unique<Run>(known, true);
}

}  // namespace wavetank::app
