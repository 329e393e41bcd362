// wavetank rehearse: simulates a scenario as it would be run on a real platform, refuses to run it
// where the prediction breaches its safety limits, runs it, and puts predicted beside observed.

#include <algorithm>
#include <chrono>
#include <deque>

#include "app/interrupt.h"
#include "app/live/drill.h"
#include "app/live/prediction.h"
#include "app/live/target_options.h"
#include "app/live_options.h"
#include "app/repro.h"
#include "app/scenario_options.h"
#include "app/terminal.h"
#include "app/utc_now.h"
#include "app/written_reports.h"
#include "reports/fidelity.h"
#include "reports/words.h"
#include "scenarios/engine/fidelity/figure_fit.h"
#include "scenarios/engine/fidelity/run_fit.h"
#include "wavetank_version.h"

namespace wavetank::app {
namespace {

/// One load factor: its plan, what is predicted, and what its live runs showed.
struct Side {
  std::string text;
  double factor = 1;
  std::unique_ptr<Drill> plan;
  std::optional<Prediction> prediction;
  engine::Sample observed;
  std::vector<engine::RunReport> reports;  ///< of live runs that count
  std::vector<double> busy;
  std::vector<engine::LiveRunLine> runs;
};

/// Faults that struck nothing in any of the runs.
std::vector<std::string> never_fired(const std::vector<engine::RunReport>& reports) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < reports.front().faults.size(); ++i) {
    const auto fired = [i](const engine::RunReport& one) {
      return i < one.faults.size() && one.faults[i].fired > 0;
    };
    if (std::any_of(reports.begin(), reports.end(), fired)) continue;
    out.push_back(reports::name_of(reports.front().faults[i]));
  }
  return out;
}

class Rehearse final : public Command {
 public:
  Rehearse() { live_.world = "live"; }
  void declare(Options& options) override;
  const char* examples() const override;
  int run(Streams& streams) override;

 private:
  bool understand(Streams& streams);
  bool understand_loads(Streams& streams);
  bool prepare_out(Streams& streams) const;
  std::unique_ptr<Drill> drill(const Side& side, std::optional<std::uint64_t> seed,
                               const DrillOptions& told, Streams& streams) const;
  std::optional<int> plan(Streams& streams);
  bool predict_all(engine::Problems& problems, Streams& streams);
  void go_live(Streams& streams);
  bool run_once(Side& side, std::uint64_t number, Streams& streams);
  void take(Side& side, const Drill& drill, engine::RunReport report, Streams& streams);
  engine::LoadFit fit(const Side& side) const;
  void refit();
  bool breached() const;
  std::string command() const;
  std::string predicted_folder(const Side& side) const;
  bool keep(Streams& streams);
  int finish(Streams& streams);

  ScenarioOptions options_;
  LiveOptions live_;
  std::vector<std::string> load_texts_;
  std::string repeat_text_ = "2", seeds_text_ = "5", out_ = "out";
  bool force_ = false, quiet_ = false, no_color_ = false;
  std::uint64_t repeat_ = 2, seeds_ = 5;
  DrillOptions told_;
  std::optional<ScenarioText> text_;
  std::deque<Side> sides_;
  engine::Fidelity found_;
  const std::atomic<int>* signal_ = nullptr;
  int worst_ = exit_ok;  ///< code of a live run
};

void Rehearse::declare(Options& options) {
  options.argument("SCENARIO", options_.path, "The scenario file.", true);
  live_.declare_target(options);
  options.values("--load", load_texts_, "FACTORS",
                 "Scale every load: 2x, or several: 1x,2x,4x. Live runs of several take turns. May "
                 "be repeated.");
  options.value("--repeat", repeat_text_, "N",
                "Live runs of each load; default 2. The noise floor comes from them: one run has "
                "none.");
  options.value("--replications", seeds_text_, "N", "Simulated runs of each load; default 5.");
  options.value("--seed", options_.seed_text, "N",
                "The first seed; default is the file's. Live run k has the seed of simulated run "
                "k.");
  options.values("--set", options_.sets, "PATH=VALUE",
                 "Override anything in the scenario. May be repeated.");
  options.flag("--force", force_, "Run live though the prediction breaches safety limits.");
  options.value("--out", out_, "DIR",
                "Where fidelity.json, fidelity.md, the prediction and a folder for each live run "
                "go; default out.");
  options.flag("--quiet", quiet_, "No progress.");
  options.flag("--no-color", no_color_, "No colours, as NO_COLOR=1 does.");
}

const char* Rehearse::examples() const {
  return "  wavetank rehearse drill.json --target target.json --dry-run\n"
         "  wavetank rehearse drill.json --target target.json --repeat 5 --load 1x,2x\n"
         "\nexit codes\n"
         "  0 something agrees and nothing drifts     2 wrong usage\n"
         "  3 something drifts                        4 nothing could be told\n"
         "  5 the prediction is not safe, or a rule stopped a live run\n"
         "  1, 6, 130, 143 as the live runs ended\n";
}

bool Rehearse::understand_loads(Streams& streams) {
  std::vector<std::string> texts;
  for (std::string rest : load_texts_) {
    for (std::size_t comma = 0; comma != rest.npos; rest.erase(0, comma + 1)) {
      comma = rest.find(',');
      texts.push_back(rest.substr(0, comma));
      if (comma == rest.npos) break;
    }
  }
  if (load_texts_.empty()) texts.emplace_back("1x");
  for (const std::string& text : texts) {
    const auto factor = engine::parse_load_factor(text);
    const bool twice = factor && std::any_of(sides_.begin(), sides_.end(), [&](const Side& side) {
                         return side.factor == *factor;
                       });
    if (!factor || twice) {
      streams.err << "wavetank: --load takes factors, each once, not " << engine::in_quotes(text)
                  << ". Example: --load 1x,2x.\n";
      return false;
    }
    sides_.emplace_back();
    sides_.back().text = text;
    sides_.back().factor = *factor;
  }
  return true;
}

bool Rehearse::understand(Streams& streams) {
  if (!options_.understand(streams) || !live_.understand(streams)) return false;
  if (!understand_loads(streams)) return false;
  const auto repeat = read_count("--repeat", repeat_text_, 1, 1'000, streams.err);
  if (!repeat) return false;
  const auto seeds = read_count("--replications", seeds_text_, 2, 10'000, streams.err);
  if (!seeds) return false;
  repeat_ = *repeat;
  seeds_ = *seeds;
  told_.target_path = live_.target;
  told_.target_sets = live_.target_sets;
  told_.skip_unsupported = live_.skip_unsupported;
  told_.strike_production = live_.strike_production;
  told_.quiet = quiet_;
  return true;
}

/// Whatever cannot be written is said before anything runs.
bool Rehearse::prepare_out(Streams& streams) const {
  if (live_.dry_run) return true;
  Trouble trouble = prepare_folder(out_);
  if (!trouble) {
    trouble = prepare_files({path_in(out_, "fidelity.json"), path_in(out_, "fidelity.md")},
                            {options_.path, live_.target});
  }
  if (trouble) streams.err << "wavetank: " << *trouble << '\n';
  return !trouble;
}

std::unique_ptr<Drill> Rehearse::drill(const Side& side, std::optional<std::uint64_t> seed,
                                       const DrillOptions& told, Streams& streams) const {
  std::vector<std::string> sets = options_.sets;
  if (seed) sets.push_back("seed=" + std::to_string(*seed));
  return std::make_unique<Drill>(*text_, sets, side.factor, told, streams);
}

/// Reads scenario and target at every load. The exit code where one may not be run.
std::optional<int> Rehearse::plan(Streams& streams) {
  for (Side& side : sides_) {
    side.plan = drill(side, std::nullopt, told_, streams);
    if (const std::optional<int> refused = side.plan->prepare()) return refused;
  }
  const Drill& first = *sides_.front().plan;
  const std::string& scaled = first.scenario().scaled;
  found_.scale = scaled.empty() ? "1x rate, 1x bytes" : scaled;
  found_.target = first.target().name + " (" + first.target().environment + ")";
  found_.scenario = options_.path;
  found_.title = first.scenario().title;
  found_.version = wavetank_version;
  found_.started_at = utc_now();
  found_.wanted = repeat_;
  found_.repro = command();
  return std::nullopt;
}

bool Rehearse::predict_all(engine::Problems& problems, Streams& streams) {
  for (Side& side : sides_) {
    const Drill& plan = *side.plan;
    const live::LimitsTarget& limits = plan.target().limits;
    PredictOptions options;
    options.first_seed = static_cast<std::uint64_t>(plan.scenario().seed);
    options.count = seeds_;
    options.limits = {limits.max_rate.per_s, limits.max_in_flight, seconds(limits.max_duration)};
    options.signal = signal_;
    if (!quiet_) {
      streams.err << "simulating load " << side.text << ", "
                  << reports::count_of(seeds_, "seed", "seeds") << std::endl;
    }
    side.prediction = predict(
        *text_,
        [&plan](std::uint64_t seed, engine::Problems& found) { return plan.planned(seed, found); },
        options, problems);
    if (!side.prediction) return false;
    for (const engine::RunReport& one : side.prediction->reports) {
      if (one.verdict == "error") {
        streams.err << "wavetank: " << one.headline << '\n';
        return false;
      }
    }
    found_.calibration = side.prediction->reports.front().calibration;
  }
  return true;
}

engine::LoadFit Rehearse::fit(const Side& side) const {
  const Prediction& prediction = *side.prediction;
  engine::LoadFit out;
  out.load = side.text;
  out.factor = side.factor;
  out.first_seed = prediction.reports.front().seed;
  out.seeds = prediction.sample.size();
  out.predicted_journal = path_in(predicted_folder(side), "journal.json");
  out.breaches = prediction.breaches.texts();
  for (const engine::RunReport& one : prediction.reports) {
    const std::string& word = one.recovery.verdict;
    if (out.predicted_recovery.find(word) != std::string::npos) continue;
    out.predicted_recovery += (out.predicted_recovery.empty() ? "" : ", ") + word;
  }
  out.never_fired = never_fired(prediction.reports);
  out.runs = side.runs;
  out.counted = side.reports.size();
  if (!side.busy.empty() && on_this_machine(side.plan->target())) {
    out.busy = engine::estimate(side.busy).mean;
  }
  out.figures = engine::fit_figures(prediction.sample, side.observed, out.busy);
  out.effects = engine::fit_effects(prediction.reports, side.reports);
  out.invariants = engine::fit_invariants(prediction.reports, side.reports);
  return out;
}

void Rehearse::refit() {
  found_.loads.clear();
  for (const Side& side : sides_) found_.loads.push_back(fit(side));
}

bool Rehearse::breached() const {
  return std::any_of(found_.loads.begin(), found_.loads.end(),
                     [](const engine::LoadFit& load) { return !load.breaches.empty(); });
}

std::string Rehearse::command() const {
  std::string text = "wavetank rehearse " + shell_word(options_.path) + live_.target_text();
  for (const std::string& load : load_texts_) text += " --load " + shell_word(load);
  text += " --repeat " + std::to_string(repeat_) + " --replications " + std::to_string(seeds_);
  if (!options_.seed_text.empty()) text += " --seed " + options_.seed_text;
  std::vector<std::string> sets = options_.sets;
  std::erase_if(sets, [](const std::string& one) { return one.starts_with("seed="); });
  return text + overrides_text(sets, "") + (force_ ? " --force" : "");
}

std::string Rehearse::predicted_folder(const Side& side) const {
  return path_in(out_, "predicted-" + side.text);
}

/// One live run. False where nothing more may be run.
bool Rehearse::run_once(Side& side, std::uint64_t number, Streams& streams) {
  const std::uint64_t seed = side.prediction->reports.front().seed + number;
  if (!quiet_) {
    streams.err << "live run " << number + 1 << " of " << repeat_ << " at load " << side.text
                << ", seed " << seed << std::endl;
  }
  const std::unique_ptr<Drill> one = drill(side, seed, told_, streams);
  if (const std::optional<int> refused = one->prepare()) {
    worst_ = engine::worse(worst_, *refused);
    return false;
  }
  const auto start = std::chrono::steady_clock::now();
  const std::string started_at = utc_now();
  std::optional<engine::RunReport> report = one->run(*signal_, out_);
  if (!report) {
    worst_ = engine::worse(worst_, one->exit_code());
    found_.ended = "a live run at load " + side.text + " did not begin";
    return false;
  }
  report->started_at = started_at;
  report->wall_s =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  report->version = wavetank_version;
  report->repro = run_command(options_.path, seed, options_.sets, side.text) + live_.text();
  const int code = report->exit_code;
  take(side, *one, std::move(*report), streams);
  if (code == exit_ok || code == exit_breached || code == exit_invalid) return true;
  found_.ended = "the last live run was not whole";
  return false;
}

/// What a live run found. One that was no test is kept, and compared with nothing.
void Rehearse::take(Side& side, const Drill& drill, engine::RunReport report, Streams& streams) {
  const std::string folder = path_in(out_, drill.run_id());
  std::vector<std::string> troubles;
  write_reports(report, ReportChoice{}, folder, troubles);
  for (const std::string& trouble : troubles) streams.err << "wavetank: " << trouble << '\n';
  if (!troubles.empty()) worst_ = engine::worse(worst_, exit_error);
  worst_ = engine::worse(worst_, report.exit_code);
  engine::LiveRunLine line{drill.run_id(), folder,          report.seed, report.verdict,
                           report.headline, report.exit_code, false};
  line.counts = report.exit_code == exit_ok || report.exit_code == exit_breached;
  if (!quiet_) streams.err << report.headline << std::endl;
  side.runs.push_back(std::move(line));
  if (!side.runs.back().counts) return;
  const engine::Observable answers = throughput(report.generator->achieved_per_s);
  side.observed.add(report, {&answers, 1});
  if (report.generator->machine_busy) side.busy.push_back(*report.generator->machine_busy);
  side.reports.push_back(std::move(report));
}

/// Loads take turns, so that what drifts with time on the platform hits all of them.
void Rehearse::go_live(Streams& streams) {
  for (std::uint64_t number = 0; number < repeat_; ++number) {
    for (Side& side : sides_) {
      if (!run_once(side, number, streams)) return;
    }
  }
}

/// Everything found so far, in files.
bool Rehearse::keep(Streams& streams) {
  std::vector<std::string> troubles;
  for (const Side& side : sides_) {
    const std::string folder = predicted_folder(side);
    Trouble trouble = prepare_folder(folder);
    if (trouble) troubles.push_back(*trouble);
    ReportChoice choice;
    choice.junit = false;
    const engine::RunReport report = journal_of(*side.prediction, found_.repro);
    if (!trouble) write_reports(report, choice, folder, troubles);
  }
  const Trouble json = write_file(path_in(out_, "fidelity.json"), reports::fidelity_json(found_));
  const Trouble table =
      write_file(path_in(out_, "fidelity.md"), reports::fidelity_markdown(found_));
  for (const Trouble& one : {json, table}) {
    if (one) troubles.push_back(*one);
  }
  for (const std::string& trouble : troubles) streams.err << "wavetank: " << trouble << '\n';
  return troubles.empty();
}

int Rehearse::finish(Streams& streams) {
  refit();
  found_.exit_code = engine::exit_code_of(found_, worst_);
  const bool kept = keep(streams);
  streams.out << reports::console_fidelity(found_, colours_welcome() && !no_color_, out_);
  return found_.exit_code == exit_ok && !kept ? exit_error : found_.exit_code;
}

int Rehearse::run(Streams& streams) {
  if (!understand(streams)) return exit_usage;
  signal_ = &watch_signals();
  engine::Problems problems;
  text_.emplace(options_.path, problems);
  if (print_problems(problems, options_.path, streams.err)) return exit_usage;
  if (const std::optional<int> refused = plan(streams)) return *refused;
  if (!prepare_out(streams)) return exit_usage;
  const bool predicted = predict_all(problems, streams);
  if (print_problems(problems, options_.path, streams.err)) return exit_usage;
  if (!predicted) return signal_->load() != 0 ? 128 + signal_->load() : exit_error;
  refit();
  streams.out << reports::console_prediction(found_, colours_welcome() && !no_color_)
              << std::flush;
  if (breached() && !force_) {
    streams.err << "wavetank: the prediction breaches safety limits: nothing was touched. "
                   "--force runs it all the same\n";
    found_.exit_code = exit_stopped;
    found_.ended = "refused: the prediction breaches safety limits";
    if (!live_.dry_run) keep(streams);
    return exit_stopped;
  }
  if (live_.dry_run) {
    for (const Side& side : sides_) {
      streams.out << "\nload " << side.text << ", "
                  << reports::count_of(repeat_, "live run", "live runs") << '\n';
      side.plan->tell_plan();
    }
    return exit_ok;
  }
  if (breached()) {
    streams.err << "wavetank: the prediction breaches safety limits; --force goes on" << std::endl;
  }
  go_live(streams);
  return finish(streams);
}

}  // namespace

std::unique_ptr<Command> make_rehearse() { return std::make_unique<Rehearse>(); }

}  // namespace wavetank::app
