// wavetank compare: two scenarios, or one with something changed, under the same seeds. What both
// share is drawn alike, so the difference of a pair varies far less than that of two runs.

#include <chrono>
#include <nlohmann/json.hpp>

#include "app/interrupt.h"
#include "app/output.h"
#include "app/replications.h"
#include "app/repro.h"
#include "app/terminal.h"
#include "reports/replications.h"
#include "reports/words.h"
#include "scenarios/engine/text/quantity.h"

namespace wavetank::app {
namespace {

using Clock = std::chrono::steady_clock;

class Compare final : public Command {
 public:
  void declare(Options& options) override;
  const char* examples() const override;
  int run(Streams& streams) override;

 private:
  struct Side {
    std::optional<ScenarioText> text;
    std::vector<std::string> sets;
    Rehearsal rehearsal;
    engine::Sample sample;
    std::uint64_t failed = 0;
  };

  bool understand(Streams& streams);
  bool read(Side& side, const std::string& path, const std::vector<std::string>& own,
            Streams& streams);
  bool go(const std::atomic<int>& signal, engine::Problems& problems, Streams& streams);
  reports::Comparison comparison() const;
  std::string command(const std::string& path, const std::vector<std::string>& own) const;

  ScenarioOptions options_;
  std::string other_, pairs_text_ = "20", threads_text_, out_ = "out/compare.json";
  std::vector<std::string> only_a_, only_b_, metrics_;
  bool quiet_ = false, verbose_ = false;
  std::uint64_t pairs_ = 20, done_ = 0;
  std::size_t threads_ = 1;
  Side a_, b_;
  Clock::time_point start_;
};

void Compare::declare(Options& options) {
  options.argument("A", options_.path, "A scenario file.", true);
  options.argument("B", other_, "Another one; left out, A itself: then --set-b says what differs.",
                   false);
  options.value("--replications", pairs_text_, "N", "How many pairs of runs; default 20.");
  options.value("--seed", options_.seed_text, "N", "The first seed; default is A's.");
  options.values("--set", options_.sets, "PATH=VALUE", "Override in both. May be repeated.");
  options.values("--set-a", only_a_, "PATH=VALUE", "Override in A alone.");
  options.values("--set-b", only_b_, "PATH=VALUE", "Override in B alone.");
  options.value("--load", options_.load, "FACTOR", "Scale every load of both: 2x, 0.1x, 150%.");
  options.values("--metric", metrics_, "FIGURE",
                 "What to show: --metric 'freshness p(99)'. May be repeated.");
  declare_threads(options, threads_text_);
  options.value("--out", out_, "FILE", "All figures as JSON; default out/compare.json.");
  options.flag("--verbose", verbose_, "Show every metric without labels.");
  options.flag("--quiet", quiet_, "No progress.");
}

const char* Compare::examples() const {
  return "  wavetank compare scenarios/callback_timeouts.json --load 0.1x\n"
         "      --set-b system.callbacks.timeout=1s\n"
         "  wavetank compare today.json next_quarter.json --replications 50\n";
}

bool Compare::understand(Streams& streams) {
  if (!options_.understand(streams)) return false;
  for (std::string& metric : metrics_) metric = engine::observable_of(metric);
  const auto pairs = read_count("--replications", pairs_text_, 2, 1'000'000, streams.err);
  const auto threads = read_threads(threads_text_, streams.err);
  if (!pairs || !threads) return false;
  pairs_ = *pairs;
  threads_ = *threads;
  if (other_.empty()) other_ = options_.path;
  const Trouble trouble = prepare_files({out_}, {options_.path, other_});
  if (trouble) streams.err << "wavetank: " << *trouble << '\n';
  return !trouble;
}

bool Compare::read(Side& side, const std::string& path, const std::vector<std::string>& own,
                   Streams& streams) {
  engine::Problems problems;
  side.text.emplace(path, problems);
  side.sets = options_.sets;
  side.sets.insert(side.sets.end(), own.begin(), own.end());
  side.rehearsal = side.text->checked(side.sets, options_.load_factor, problems);
  return !print_problems(problems, path, streams.err);
}

bool Compare::go(const std::atomic<int>& signal, engine::Problems& problems, Streams& streams) {
  reports::SweepBar bar = progress_bar(streams.err, quiet_);
  ReplicateOptions options;
  options.first_seed = static_cast<std::uint64_t>(a_.rehearsal.scenario.seed);
  options.count = pairs_;
  options.threads = threads_;
  options.signal = &signal;
  options.progress = [&bar](const reports::SweepView& view) { bar.update(view); };
  bool known = true;
  replicate(
      {{&*a_.text, a_.sets, options_.load_factor}, {&*b_.text, b_.sets, options_.load_factor}},
      options,
      [&](std::vector<engine::RunReport>&& reports) {
        a_.sample.add(reports[0]);
        b_.sample.add(reports[1]);
        a_.failed += reports[0].exit_code != 0 ? 1 : 0;
        b_.failed += reports[1].exit_code != 0 ? 1 : 0;
        if (++done_ == 1) known = known_figures(metrics_, a_.sample, streams.err);
        return known;
      },
      problems);
  bar.clear();
  return known;
}

std::string Compare::command(const std::string& path, const std::vector<std::string>& own) const {
  std::vector<std::string> sets = options_.sets;
  sets.insert(sets.end(), own.begin(), own.end());
  return shell_word(path) + overrides_text(sets, options_.load);
}

reports::Comparison Compare::comparison() const {
  reports::Comparison out;
  out.a = command(options_.path, only_a_);
  out.b = command(other_, only_b_);
  out.first_seed = static_cast<std::uint64_t>(a_.rehearsal.scenario.seed);
  out.pairs = done_;
  out.failed_a = a_.failed;
  out.failed_b = b_.failed;
  for (const engine::ThresholdText& one : a_.rehearsal.scenario.expect.thresholds) {
    out.thresholds.push_back(engine::observable_of(one.expr));
  }
  out.differences = engine::differences(a_.sample, b_.sample);
  return out;
}

int Compare::run(Streams& streams) {
  if (!understand(streams)) return exit_usage;
  if (!read(a_, options_.path, only_a_, streams)) return exit_usage;
  if (!read(b_, other_, only_b_, streams)) return exit_usage;
  const std::atomic<int>& signal = watch_signals();
  start_ = Clock::now();
  engine::Problems problems;
  if (!go(signal, problems, streams)) return exit_usage;
  if (print_problems(problems, options_.path, streams.err)) return exit_usage;
  if (done_ == 0) return 128 + signal.load();
  const reports::Comparison found = comparison();
  const Trouble trouble = write_file(out_, reports::comparison_json(found));
  if (trouble) streams.err << "wavetank: " << *trouble << '\n';
  reports::ReplicationsPage page;
  page.colors = colours_welcome();
  page.verbose = verbose_;
  page.metrics = metrics_;
  const double wall = std::chrono::duration<double>(Clock::now() - start_).count();
  page.facts = reports::count_of(done_, "pair", "pairs") + " of runs in " + reports::span(wall);
  page.journal_path = out_;
  streams.out << reports::console_comparison(found, page);
  if (signal.load() != 0) return 128 + signal.load();
  return trouble ? exit_error : exit_ok;
}

}  // namespace

std::unique_ptr<Command> make_compare() { return std::make_unique<Compare>(); }

}  // namespace wavetank::app
