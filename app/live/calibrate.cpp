// wavetank calibrate: fits the simulator to a platform on this machine. It runs a scenario against
// the platform at several loads, regresses the processor time of every process on what was asked of
// it, and writes a settings file that scenarios include.

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <future>
#include <nlohmann/json.hpp>
#include <thread>

#include "app/command.h"
#include "app/interrupt.h"
#include "app/live/calibration_file.h"
#include "app/live/cost_sampler.h"
#include "app/live/drill.h"
#include "app/live/drill_guards.h"
#include "app/live/job_rows.h"
#include "app/live/target_options.h"
#include "app/output.h"
#include "app/repro.h"
#include "app/trial.h"
#include "scenarios/engine/text/document.h"
#include "scenarios/engine/text/quantity.h"

namespace wavetank::app {
namespace {

using nlohmann::ordered_json;

constexpr Duration sample_every = whole_seconds(3);
constexpr Duration pauses_watched = whole_seconds(10);
constexpr int flushes = 200;
/// What is asked where no scenario was named: small jobs, and reads of their status.
constexpr const char* reference = R"({
  "title": "Calibration: small jobs, and reads of their status",
  "load": [
    { "name": "jobs", "shape": "poisson", "rate": "1/s", "for": "30s", "fresh_within": "60s",
      "work": { "input": "100kB", "shuffle": "50kB", "output": "10kB" } },
    { "name": "reads", "shape": "poisson", "rate": "100/s", "for": "30s", "kind": "status",
      "of": "jobs" }
  ],
  "settle": "60s",
  "steady": false
})";

struct Level {
  double wanted = 0;  ///< share of the machine's cores
  double jobs = 1, reads = 1;  ///< so that the levels differ in more than their size
};

/// One run: how much was asked, what it cost, and how long requests took.
struct Measured {
  double factor = 0;
  Level level;
  std::string file;
  CostSamples samples;
  engine::RunReport report;
};

const engine::MetricSummary* metric(const engine::RunReport& report, const std::string& name) {
  for (const engine::MetricSummary& one : report.metrics) {
    if (one.name == name) return &one;
  }
  return nullptr;
}

double mean_of(const engine::RunReport& report, const std::string& name) {
  const engine::MetricSummary* found = metric(report, name);
  return found == nullptr ? 0 : found->mean;
}

/// How many requests of that kind were answered in a run.
double asked(const CostSamples& run, const std::string& operation) {
  const auto count = [&](const CostSample& at) {
    const auto found = at.requests.find(operation);
    return found == at.requests.end() ? 0.0 : found->second;
  };
  return run.empty() ? 0 : count(run.back()) - count(run.front());
}

ordered_json shares(const std::map<std::string, double>& values) {
  ordered_json all = ordered_json::array();
  for (const auto& [name, value] : values) {
    all.push_back({{"of", name}, {"value", std::round(value * 1e4) / 1e4}});
  }
  return all;
}

class Calibrate final : public Command {
 public:
  void declare(Options& options) override {
    options.argument("[SCENARIO]", scenario_,
                     "What is asked of the platform; else small jobs and reads of their status.",
                     false);
    target_.declare(options, "The platform to measure; its machine must be this one.");
    options.value("--from", from_, "FILE",
                  "Fit job times from exported rows (CSV) instead; no load is sent.");
    options.value("--levels", levels_, "LIST",
                  "Shares of the machine's cores to measure at. Default 10%,20%,30%.");
    options.value("--time", time_text_, "TIME", "How long each load lasts. Default 40s.");
    options.value("--out", out_, "FILE", "The settings file. Default calibration.json.");
    options.flag("--quiet", quiet_, "No progress.");
  }
  const char* examples() const override {
    return "  wavetank calibrate --target build/cluster/target.json\n"
           "  wavetank calibrate my_mix.json --target target.json --out staging.json\n"
           "  wavetank calibrate --from jobs.csv --out staging.json\n"
           "A scenario takes the settings over by \"include\": [\"calibration.json\"].\n"
           "What the runs leave on the platform, wavetank clean removes: see the last line.\n";
  }
  int run(Streams& streams) override;

 private:
  bool understand(Streams& streams);
  bool read_levels(Streams& streams);
  bool prepare_out(Streams& streams) const;
  int watch_idle(Streams& streams);
  int measure(Streams& streams);
  int run_at(double factor, const Level& level, Measured& run, Streams& streams);
  std::string write_run(double factor, const Level& level, std::size_t number,
                        engine::Problems& problems) const;
  double factor_for(const Level& level) const;
  std::vector<CostSamples> all_samples() const;
  void close(ordered_json& settings, std::ostream& err) const;
  std::optional<engine::RunReport> simulate(const ordered_json& settings, const Measured& run,
                                            std::ostream& err) const;
  int fit_runs(Streams& streams);
  int write(const ordered_json& settings, Streams& streams) const;

  std::string scenario_, from_, levels_ = "10%,20%,30%", time_text_ = "40s";
  std::string out_ = "calibration.json";
  bool quiet_ = false;
  TargetOptions target_;
  Duration time_ = whole_seconds(40);
  std::vector<Level> wanted_;
  std::string folder_;  ///< of the runs
  std::optional<live::Target> platform_;
  std::vector<Measured> runs_;
  IdleMachine idle_;
  std::size_t made_ = 0;
  const double cores_ = std::thread::hardware_concurrency();
  bool leaves_ = false;  ///< a run has asked something of the platform
};

bool Calibrate::read_levels(Streams& streams) {
  // Mixes that differ much tell the operations apart.
  static constexpr double mixes[][2] = {{2.5, 0.6}, {0.4, 1.15}, {1, 1}};
  std::string rest = levels_ + ",";
  for (std::size_t comma; (comma = rest.find(',')) != std::string::npos;
       rest = rest.substr(comma + 1)) {
    const auto share = engine::parse_ratio(rest.substr(0, comma)).value;
    if (!share || share->value <= 0 || share->value > 0.9) {
      streams.err << "wavetank: --levels takes shares such as 10%,20%,30%, each up to 90%.\n";
      return false;
    }
    const auto& mix = mixes[wanted_.size() % std::size(mixes)];
    wanted_.push_back({share->value, mix[0], mix[1]});
  }
  if (wanted_.size() >= 2) return true;
  streams.err << "wavetank: --levels needs two shares at least: what one load costs cannot be "
                 "told from what the platform does anyway.\n";
  return false;
}

/// Whatever cannot be written is said before anything runs.
bool Calibrate::prepare_out(Streams& streams) const {
  std::vector<std::string> inputs{scenario_, target_.path, from_};
  std::erase(inputs, "");
  const Trouble trouble = prepare_files({out_}, inputs);
  if (trouble) streams.err << "wavetank: " << *trouble << '\n';
  return !trouble;
}

bool Calibrate::understand(Streams& streams) {
  if (!from_.empty()) return prepare_out(streams);
  const auto time = engine::parse_duration(time_text_).value;
  if (!time || *time < whole_seconds(10) || *time > minutes(10)) {
    streams.err << "wavetank: --time takes 10s to 10m, not " << engine::in_quotes(time_text_)
                << ".\n";
    return false;
  }
  time_ = *time;
  if (!read_levels(streams)) return false;
  platform_ = target_.read("calibrate", streams);
  if (!platform_) return false;
  const live::Target* const target = &*platform_;
  if (target->platform != "wavetank") {
    streams.err << "wavetank: " << target->file << " describes someone else's platform, whose "
                << "processes show no costs. --from fits job times from rows that it exports.\n";
    return false;
  }
  if (target->is_production()) {
    streams.err << "wavetank: " << target->file << " describes a production platform: calibrate "
                << "loads it up to its limits, and is not for those; nothing was touched\n";
    return false;
  }
  if (!on_this_machine(*target)) {
    streams.err << "wavetank: the processes of " << target->file << " are not all on this machine: "
                << "what they cost can be seen on their own only. Calibrate there.\n";
    return false;
  }
  folder_ = target->state + "/calibration";
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (error) streams.err << "wavetank: " << folder_ << ": " << error.message() << '\n';
  return !error && prepare_out(streams);
}

/// The scenario of one run, in a file of its own: processes read its settings there.
std::string Calibrate::write_run(double factor, const Level& level, std::size_t number,
                                 engine::Problems& problems) const {
  const std::string path = folder_ + "/load-" + std::to_string(number) + ".json";
  ordered_json text = ordered_json::parse(reference);
  if (!scenario_.empty()) {
    const ScenarioText read(scenario_, problems);
    if (!problems.empty()) return path;
    text = ordered_json::parse(engine::write_json_line(read.tree({}, problems)));
  }
  for (const char* key : {"include", "faults", "expect", "swarm", "breaks", "prices"}) {
    text.erase(key);
  }
  text["warm_up"] = "4s";
  text["steady"] = false;
  for (ordered_json& load : text["load"]) {
    const bool submits = !load.contains("kind") || load["kind"] == "submit";
    const double scale = load.contains("scale") && load["scale"].is_number()
                             ? load["scale"].get<double>() : 1.0;
    load["scale"] = scale * factor * (submits ? level.jobs : level.reads);
    load["for"] = std::to_string(time_.ns / 1'000'000'000) + "s";
  }
  std::ofstream(path) << text.dump(1) << '\n';
  return path;
}

/// One run at so much of the load. Only one that went to its end says what the load costs: the exit
/// code of any other.
int Calibrate::run_at(double factor, const Level& level, Measured& run, Streams& streams) {
  run.factor = factor;
  run.level = level;
  engine::Problems problems;
  run.file = write_run(factor, level, ++made_, problems);
  if (print_problems(problems, scenario_, streams.err)) return exit_usage;
  const ScenarioText text(run.file, problems);
  if (problems.empty()) static_cast<void>(text.rehearsal({}, 1, problems));
  if (print_problems(problems, run.file, streams.err)) return exit_usage;
  CostSampler sampler(sample_every);
  DrillOptions options;
  options.target_path = target_.path;
  options.target_sets = target_.sets;
  options.quiet = quiet_;
  options.watch = &sampler;
  Drill drill(text, {}, 1, options, streams);
  if (const std::optional<int> refused = drill.prepare()) return *refused;
  std::optional<engine::RunReport> report = drill.run(watch_signals(), folder_);
  if (!report) return drill.exit_code();
  leaves_ = true;
  for (const std::string& one : sampler.missing()) {
    streams.err << "wavetank: nobody on this machine was found to serve " << one
                << ": what it costs counts as waiting\n";
  }
  if (report->exit_code != exit_ok && report->exit_code != exit_breached) {
    streams.err << "wavetank: " << report->headline << '\n';
    return report->exit_code;
  }
  run.samples = sampler.samples();
  run.report = std::move(*report);
  return exit_ok;
}

/// The load at which so much of the machine should be used, by what a request of each kind has cost
/// so far.
double Calibrate::factor_for(const Level& level) const {
  if (runs_.empty()) return 1;
  const Measured& last = runs_.back();
  const CostFit fit = fit_costs(all_samples(), 0, cores_);
  const double thrift = fit.demand.thrift(level.wanted * cores_, cores_);
  double load = 0;  // in cores, at a factor of 1
  for (const Demand& one : fit.demand.demands) {
    const bool submits = one.operation == submitting;
    const double mix = submits ? level.jobs / last.level.jobs : level.reads / last.level.reads;
    const double rate = asked(last.samples, one.operation) / seconds(time_) / last.factor;
    load += std::max(0.0, one.cpu_s) * rate * mix * (submits ? 1 : thrift);
  }
  const double idle = cores_idle(last.samples);
  const double wanted = (level.wanted * cores_ - idle) / std::max(1e-3, load);
  // A step at a time: one noisy run must not ask for a hundred times as much.
  return std::clamp(wanted, 0.2 * last.factor, 4.0 * last.factor);
}

std::vector<CostSamples> Calibrate::all_samples() const {
  std::vector<CostSamples> all;
  for (const Measured& run : runs_) all.push_back(run.samples);
  return all;
}

/// What the machine does by itself. The target's lock is ours meanwhile: where a drill runs it is
/// not idle.
int Calibrate::watch_idle(Streams& streams) {
  std::promise<std::string> lost;
  std::future<std::string> stop = lost.get_future();
  {
    DrillGuards guards(*platform_, "calibrate",
                       [&lost](const std::string& why) { lost.set_value(why); });
    const std::vector<std::string> wrong = guards.take();
    for (const std::string& one : wrong) streams.err << "wavetank: " << one << '\n';
    if (!wrong.empty()) {
      const bool well = !guards.struck() && (!guards.allowed() ||
                                             services_answer(*platform_, {}, streams.err));
      streams.err << "wavetank: nothing was measured\n";
      return well ? exit_error : exit_invalid;
    }
    idle_ = {flush_times(folder_, flushes), watch_pauses(pauses_watched)};
  }
  if (stop.wait_for(std::chrono::seconds(0)) != std::future_status::ready) return exit_ok;
  streams.err << "wavetank: " << stop.get() << ": nothing was measured\n";
  return exit_stopped;
}

int Calibrate::measure(Streams& streams) {
  if (const int failed = watch_idle(streams); failed != exit_ok) return failed;
  // A first run finds how much is a tenth, and counts as well.
  const Level probe{wanted_.front().wanted};
  for (std::size_t i = 0; i <= wanted_.size(); ++i) {
    const Level& level = i == 0 ? probe : wanted_[i - 1];
    const double factor = factor_for(level);
    if (!quiet_) {
      char line[96];
      std::snprintf(line, sizeof line, "calibrate: run %zu of %zu, the load times %.2f", i + 1,
                    wanted_.size() + 1, factor);
      streams.err << line << std::endl;
    }
    Measured run;
    if (const int failed = run_at(factor, level, run, streams); failed != exit_ok) return failed;
    runs_.push_back(std::move(run));
  }
  return exit_ok;
}

std::optional<engine::RunReport> Calibrate::simulate(const ordered_json& settings,
                                                     const Measured& run,
                                                     std::ostream& err) const {
  std::ifstream in(run.file);
  ordered_json text = ordered_json::parse(in);
  for (const auto& [part, value] : settings["system"].items()) text["system"][part] = value;
  const std::string path = run.file + ".simulated.json";
  std::ofstream(path) << text.dump(1) << '\n';
  engine::Problems problems;
  const ScenarioText read(path, problems);
  std::optional<engine::RunReport> report;
  if (problems.empty()) report = Lane(read).run(Trial{}, {}, problems);
  if (print_problems(problems, path, err)) return std::nullopt;
  return report;
}

/// Simulates what was run. What jobs took longer than their calls explain is the start of a job.
void Calibrate::close(ordered_json& settings, std::ostream& err) const {
  const Measured& busiest = runs_.back();
  if (const auto again = simulate(settings, busiest, err)) {
    const double missing = mean_of(busiest.report, "freshness") - mean_of(*again, "freshness");
    if (missing > 0) settings["system"]["cluster"]["job_start"] = microseconds_text(missing);
  }
  for (const Measured& run : runs_) {
    const auto again = simulate(settings, run, err);
    if (!again) return;
    const engine::MetricSummary* latency = metric(run.report, "api.latency");
    const double answered = latency == nullptr ? 0 : static_cast<double>(latency->count);
    const LoadUse use = use_under_load(run.samples);
    settings["calibration"]["levels"].push_back(
        {{"used", percent_text(use.all_cores() / cores_)},
         {"requests_per_s", std::round(answered / seconds(time_) * 10) / 10},
         {"observed", microseconds_text(mean_of(run.report, "api.latency"))},
         {"simulated", microseconds_text(mean_of(*again, "api.latency"))},
         {"asked", shares(use.asked_per_s)},
         {"cores", shares(use.cores)}});
  }
}

int Calibrate::write(const ordered_json& settings, Streams& streams) const {
  if (const Trouble trouble = write_file(out_, settings.dump(1) + '\n')) {
    streams.err << "wavetank: " << *trouble << '\n';
    return exit_error;
  }
  // What a scenario includes is relative to its own folder.
  streams.out << "settings  " << out_ << "; a scenario takes them over by \"include\": [\""
              << std::filesystem::absolute(out_).lexically_normal().string() << "\"]\n";
  return exit_ok;
}

/// The settings by all that was measured.
int Calibrate::fit_runs(Streams& streams) {
  std::sort(runs_.begin(), runs_.end(), [](const Measured& a, const Measured& b) {
    return cores_under_load(a.samples) < cores_under_load(b.samples);
  });
  double commit_s = 0;
  for (const Duration one : idle_.flushes) {
    commit_s += seconds(one) / static_cast<double>(idle_.flushes.size());
  }
  const CostFit fit = fit_costs(all_samples(), commit_s, cores_);
  if (!fit.demand.trouble.empty()) {
    streams.err << "wavetank: " << fit.demand.trouble << ": nothing was written\n";
    return exit_error;
  }
  ordered_json found = settings_of(*platform_, fit, idle_);
  close(found, streams.err);
  tell_calibration(fit, found, streams.out);
  return write(found, streams);
}

int Calibrate::run(Streams& streams) {
  if (!understand(streams)) return exit_usage;
  if (!from_.empty()) {
    const auto found = settings_from_rows(from_, streams.err);
    return found ? write(*found, streams) : static_cast<int>(exit_usage);
  }
  const int failed = measure(streams);
  const int code = failed != exit_ok ? failed : fit_runs(streams);
  if (leaves_) {
    streams.out << "left      rows, keys and objects of the runs: wavetank clean "
                << shell_word(folder_) << '\n';
  }
  return code;
}

}  // namespace

std::unique_ptr<Command> make_calibrate() { return std::make_unique<Calibrate>(); }

}  // namespace wavetank::app
