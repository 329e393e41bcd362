// wavetank sweep: one scenario under many seeds, one simulation a thread. What it writes does not
// depend on the number of threads, nor on how often it was interrupted.

#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "app/interrupt.h"
#include "app/ordered_pool.h"
#include "app/repro.h"
#include "app/scenario_options.h"
#include "app/sweep.h"
#include "app/sweep_file.h"
#include "app/terminal.h"
#include "app/trial.h"
#include "reports/sweep.h"
#include "reports/sweep_bar.h"
#include "reports/words.h"
#include "wavetank_version.h"

namespace wavetank::app {
namespace {

using Clock = std::chrono::steady_clock;

struct Outcome {
  engine::SweepSeed seed;
  std::string problems;  ///< where the drawn scenario could not be run
  bool interrupted = false;
};

class Sweep final : public Command {
 public:
  explicit Sweep(engine::Blueprints known) : known_(known) {}
  void declare(Options& options) override;
  const char* examples() const override;
  int run(Streams& streams) override;

 private:
  bool understand(Streams& streams);
  bool prepare(const ScenarioText& text, Streams& streams);
  std::string header(const ScenarioText& text) const;
  Outcome trial(Lane& lane, std::uint64_t seed) const;
  void go(const ScenarioText& text, SweepFile& file, Streams& streams);
  bool take(Outcome&& outcome, SweepFile& file, reports::SweepBar& bar, Streams& streams);
  void tell(const engine::SweepSeed& seed, Streams& streams);
  int finish(SweepFile& file, Streams& streams);
  std::string repro(std::uint64_t seed) const {
    return run_command(options_.path, seed, options_.sets, options_.load, swarm_);
  }
  double wall_s() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

  static constexpr std::uint64_t told_max = 100;  ///< failing seeds that are printed

  engine::Blueprints known_;
  ScenarioOptions options_;
  std::string seeds_text_ = "1000", threads_text_, out_ = "out/sweep.jsonl";
  bool swarm_ = false, quiet_ = false;
  std::size_t threads_ = 1;
  std::uint64_t first_ = 0, seeds_ = 0;
  std::optional<engine::SwarmDraw> draw_;
  std::optional<engine::SweepTally> tally_;
  std::uint64_t before_ = 0, told_ = 0;
  std::string refused_;
  bool stopped_ = false;
  const std::atomic<int>* signal_ = nullptr;
  Clock::time_point start_;
};

void Sweep::declare(Options& options) {
  options_.declare(options);
  options.value("--seeds", seeds_text_, "N", "How many, from the first on; default 1000.");
  declare_threads(options, threads_text_);
  options.flag("--swarm", swarm_,
               "Each seed also draws settings and faults from what the scenario declares.");
  options.value("--out", out_, "FILE",
                "Results, a line of JSON a seed; default out/sweep.jsonl. A file that an "
                "interrupted sweep left is continued.");
  options.flag("--quiet", quiet_, "Print failing seeds and the verdict only.");
}

const char* Sweep::examples() const {
  return "  wavetank sweep scenarios/callback_timeouts.json --seeds 10k --load 0.1x\n"
         "  wavetank sweep my_platform/first_drill.json --seeds 500 --swarm\n";
}

bool Sweep::understand(Streams& streams) {
  if (!options_.understand(streams)) return false;
  const auto seeds = read_count("--seeds", seeds_text_, 1, 1'000'000'000, streams.err);
  const auto threads = read_threads(threads_text_, streams.err);
  if (!seeds || !threads) return false;
  seeds_ = *seeds;
  threads_ = *threads;
  return true;
}

/// Reads the scenario once, so that what is wrong with it is said once.
bool Sweep::prepare(const ScenarioText& text, Streams& streams) {
  engine::Problems problems;
  const Rehearsal read = text.checked(options_.sets, options_.load_factor, problems);
  if (problems.empty() && swarm_) {
    draw_ = text.swarm(options_.sets, options_.load_factor, problems);
  }
  if (print_problems(problems, options_.path, streams.err)) return false;
  first_ = static_cast<std::uint64_t>(read.scenario.seed);
  return true;
}

std::string Sweep::header(const ScenarioText& text) const {
  const nlohmann::ordered_json header = {
      {"sweep", options_.path}, {"scenario", text.digest()}, {"first", first_},
      {"swarm", swarm_},        {"sets", options_.sets},     {"load", options_.load},
      {"version", std::string(wavetank_version)}};
  return header.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Outcome Sweep::trial(Lane& lane, std::uint64_t seed) const {
  Outcome outcome;
  std::vector<std::string> drawn;
  if (draw_) drawn = draw_->sets(seed);
  Trial trial{drawn, seed, options_.load_factor};
  trial.sets.insert(trial.sets.end(), options_.sets.begin(), options_.sets.end());
  engine::Problems problems;
  engine::RunOptions run;
  run.signal = signal_;
  try {
    engine::RunReport report = lane.run(trial, run, problems);
    outcome.interrupted = signal_->load() != 0;
    outcome.problems = problems.text();
    outcome.seed = engine::seed_of(report, std::move(drawn));
  } catch (const std::exception& error) {
    outcome.seed.seed = seed;
    outcome.seed.verdict = "error";
    outcome.seed.exit_code = exit_error;
    outcome.seed.headline = std::string("ERROR (exit 1): ") + error.what();
  }
  return outcome;
}

void Sweep::tell(const engine::SweepSeed& seed, Streams& streams) {
  if (++told_ > told_max) return;
  streams.out << "seed " << seed.seed << "  " << seed.headline << "\n  repeat  "
              << repro(seed.seed) << std::endl;
  if (told_ == told_max) {
    streams.out << "more failing seeds are not printed; they are in " << out_ << std::endl;
  }
}

bool Sweep::take(Outcome&& outcome, SweepFile& file, reports::SweepBar& bar, Streams& streams) {
  if (outcome.interrupted) return false;
  if (!outcome.problems.empty()) {
    refused_ = outcome.problems;
    return false;
  }
  file.append(outcome.seed);
  tally_->add(outcome.seed);
  if (!tally_->counts(outcome.seed)) return true;
  bar.clear();
  tell(outcome.seed, streams);
  return true;
}

void Sweep::go(const ScenarioText& text, SweepFile& file, Streams& streams) {
  reports::SweepBar bar = progress_bar(streams.err, quiet_);
  const auto show = [&] {
    bar.update({tally_->seeds(), before_, seeds_, tally_->failed(), wall_s()});
  };
  std::vector<std::unique_ptr<Lane>> lanes(threads_);
  OrderedPool<Outcome> pool(seeds_ - before_, threads_, [&](std::size_t i, std::size_t worker) {
    if (!lanes[worker]) lanes[worker] = std::make_unique<Lane>(text);
    return trial(*lanes[worker], first_ + before_ + i);
  });
  pool.run(
      [&](std::size_t, Outcome&& outcome) {
        stopped_ = !take(std::move(outcome), file, bar, streams);
        show();
        return !stopped_;
      },
      show);
  bar.clear();
}

int Sweep::finish(SweepFile& file, Streams& streams) {
  const Trouble trouble = file.finish();
  if (trouble) streams.err << "wavetank: " << *trouble << '\n';
  if (!refused_.empty()) {
    streams.err << refused_ << "wavetank: seed " << first_ + tally_->seeds()
                << " is no scenario that can be run\n";
    return exit_usage;
  }
  const double wall = wall_s();
  const std::uint64_t now = tally_->seeds() - before_;
  engine::RunReport name;
  name.scenario = options_.path;
  reports::SweepPage page;
  page.title = reports::name_of(name) + "  seeds " + std::to_string(first_) + "-" +
               std::to_string(first_ + tally_->seeds() - 1) + (swarm_ ? ", swarm" : "");
  std::ostringstream facts;
  facts << reports::count_of(now, "scenario", "scenarios") << " in " << reports::span(wall)
        << " on " << reports::count_of(threads_, "thread", "threads");
  if (before_ > 0) facts << ", " << reports::grouped(before_) << " before";
  facts << " | " << reports::about(tally_->events()) << " events";
  const int signal = signal_->load();
  if (signal != 0) facts << " | INTERRUPTED: what follows is about the seeds so far";
  page.facts = facts.str();
  page.file = out_;
  page.colors = colours_welcome();
  if (tally_->failed() > 0) page.repro = repro(tally_->worst().seed);
  if (signal != 0) {
    streams.err << "wavetank: interrupted after " << tally_->seeds() << " of " << seeds_
                << " seeds; the same command goes on from there\n";
  }
  if (quiet_) {
    streams.out << (signal != 0 ? "INTERRUPTED, so far: " : "") << tally_->headline() << '\n';
  } else {
    streams.out << reports::console(*tally_, page);
  }
  if (signal != 0) return 128 + signal;
  const int code = tally_->exit_code();
  return code == exit_ok && trouble ? exit_error : code;
}

int Sweep::run(Streams& streams) {
  if (!understand(streams)) return exit_usage;
  signal_ = &watch_signals();
  engine::Problems problems;
  const ScenarioText text(options_.path, problems, known_);
  if (print_problems(problems, options_.path, streams.err)) return exit_usage;
  if (!prepare(text, streams)) return exit_usage;
  SweepFile file(out_, header(text), first_);
  if (file.trouble()) {
    streams.err << "wavetank: " << *file.trouble() << '\n';
    return exit_usage;
  }
  start_ = Clock::now();
  tally_.emplace(swarm_);
  for (const engine::SweepSeed& seed : file.earlier()) {
    if (tally_->seeds() == seeds_) break;
    tally_->add(seed);
    if (tally_->counts(seed)) tell(seed, streams);
  }
  before_ = tally_->seeds();
  if (before_ < seeds_) go(text, file, streams);
  return finish(file, streams);
}

}  // namespace

std::unique_ptr<Command> make_sweep() { return make_sweep(service::blueprint_types()); }

std::unique_ptr<Command> make_sweep(engine::Blueprints known) {
  return std::make_unique<Sweep>(known);
}

}  // namespace wavetank::app
