#include "app/replications.h"

#include <algorithm>

#include "app/repro.h"
#include "app/terminal.h"
#include "reports/sweep_bar.h"
#include "scenarios/engine/text/nearest.h"
#include "scenarios/engine/text/quantity.h"

namespace wavetank::app {
namespace {

constexpr std::uint64_t count_max = 1'000'000;
constexpr std::uint64_t count_with_precision = 200;  ///< where only a precision is given
constexpr std::uint64_t pilot_runs = 10;

}  // namespace

void ReplicationOptions::declare(Options& options) {
  options.value("--replications", count_text, "N",
                "Run N seeds, from the first on, and give means with 95 % intervals.");
  options.value("--precision", precision_text, "SHARE",
                "Stop when the intervals of the thresholds' figures, or of those that --metric "
                "names, are within this share of their means: 2%. At most --replications, else "
                "200.");
  options.values("--metric", metrics, "FIGURE",
                 "What to show and to be precise about: --metric 'freshness p(99)'. May be "
                 "repeated.");
  declare_threads(options, threads_text);
}

bool ReplicationOptions::understand(Streams& streams) {
  for (std::string& metric : metrics) metric = engine::observable_of(metric);
  const auto threads_read = read_threads(threads_text, streams.err);
  if (!threads_read) return false;
  threads = *threads_read;
  count = precision_text.empty() ? 1 : count_with_precision;
  if (!count_text.empty()) {
    const auto read = read_count("--replications", count_text, 2, count_max, streams.err);
    if (!read) return false;
    count = *read;
  }
  if (precision_text.empty()) return true;
  const auto share = engine::parse_ratio(precision_text);
  if (!share.value || share.value->value <= 0) {
    streams.err << "wavetank: --precision takes a share such as 2%, not "
                << engine::in_quotes(precision_text) << ".\n";
    return false;
  }
  precision = share.value->value;
  return true;
}

std::string ReplicationOptions::text() const {
  std::string out;
  if (!count_text.empty()) out += " --replications " + shell_word(count_text);
  if (!precision_text.empty()) out += " --precision " + shell_word(precision_text);
  for (const std::string& metric : metrics) out += " --metric " + shell_word(metric);
  return out;
}

bool known_figures(const std::vector<std::string>& metrics, const engine::Sample& sample,
                   std::ostream& err) {
  std::vector<std::string> known;
  for (const engine::Sample::Row& row : sample.rows()) known.push_back(row.name);
  for (const std::string& metric : metrics) {
    if (sample.find(metric) != nullptr) continue;
    err << "wavetank: no figure is called " << engine::in_quotes(metric) << ", or nothing was "
        << "observed for it. " << engine::nearest_hint(metric, known, "figures") << '\n';
    return false;
  }
  return true;
}

/// What has to be precise.
std::vector<std::string> Replications::figures(const Rehearsal& rehearsal) const {
  if (!options_.metrics.empty()) return options_.metrics;
  std::vector<std::string> out;
  for (const engine::ThresholdText& one : rehearsal.scenario.expect.thresholds) {
    if (one.window == Duration{}) out.push_back(engine::observable_of(one.expr));
  }
  return out;
}

/// One cut for all seeds: the file's, the user's, or that of MSER-5 on the mean of the first runs.
bool Replications::settle_warm_up(const ReplicateOptions& options, engine::Problems& problems) {
  result_.warm_up_by = warm_up_cut_.empty() ? "file" : "given";
  if (warm_up_cut_ != "auto") return true;
  ReplicateOptions few = options;
  few.count = std::min(options.count, pilot_runs);
  WarmUpPilot pilot;
  const bool whole = replicate(
      {{&text_, sets_, scenario_.load_factor}}, few,
      [&pilot](std::vector<engine::RunReport>&& reports) {
        pilot.add(reports.front());
        return true;
      },
      problems);
  result_.warm_up_by = "file";
  if (const auto cut = pilot.cut_s()) {
    result_.warm_up_by = "mser5";
    sets_.push_back("warm_up=" + engine::text_of(from_seconds(*cut)));
  }
  return whole;
}

bool Replications::precise() const {
  const engine::StoppingRule rule{options_.precision.value_or(0)};
  return std::all_of(figures_.begin(), figures_.end(), [&](const std::string& name) {
    const engine::Sample::Row* row = sample_.find(name);
    return row != nullptr && rule.enough(engine::estimate(row->values));
  });
}

bool Replications::take(engine::RunReport&& report, Streams& streams) {
  sample_.add(report);
  pilot_.add(report);
  const engine::SweepSeed seed = engine::seed_of(report, {});
  tally_.add(seed);
  if (seed.failed()) result_.failures.emplace_back(seed.seed, seed.headline);
  if (!first_) {
    first_ = std::move(report);
    refused_ = !known_figures(options_.metrics, sample_, streams.err);
    if (refused_) return false;
  }
  result_.precise = options_.precision && precise();
  return !result_.precise;
}

void Replications::conclude(bool whole, int signal) {
  engine::RunReport& report = *first_;
  result_.first_seed = report.seed;
  result_.count = tally_.seeds();
  result_.failed = tally_.failed();
  result_.mser5_s = pilot_.cut_s();
  result_.precision = options_.precision;
  result_.metrics = engine::replicated(sample_);
  result_.faults = tally_.faults();
  result_.probes = tally_.probes();
  report.exit_code = tally_.exit_code();
  report.headline = tally_.headline();
  if (tally_.failed() > 0) report.verdict = tally_.worst().verdict;
  if (!whole) {
    report.notes.push_back("the replications were interrupted");
    report.headline = "INTERRUPTED after " + std::to_string(tally_.seeds()) + " of " +
                      std::to_string(options_.count) + " runs; so far: " + report.headline;
    report.verdict = "interrupted";
    report.exit_code = 128 + signal;
  }
  report.replications = std::move(result_);
}

std::optional<engine::RunReport> Replications::run(const Rehearsal& rehearsal,
                                                   const std::atomic<int>& signal, bool quiet,
                                                   Streams& streams) {
  sets_ = scenario_.sets;
  figures_ = figures(rehearsal);
  if (options_.precision && figures_.empty()) {
    streams.err << "wavetank: --precision needs a threshold in the file or --metric, such as "
                   "--metric 'freshness p(99)'.\n";
    return std::nullopt;
  }
  reports::SweepBar bar = progress_bar(streams.err, quiet);
  ReplicateOptions options;
  options.first_seed = static_cast<std::uint64_t>(rehearsal.scenario.seed);
  options.count = options_.count;
  options.threads = options_.threads;
  options.signal = &signal;
  engine::Problems problems;
  bool whole = settle_warm_up(options, problems);
  options.progress = [&bar](const reports::SweepView& view) { bar.update(view); };
  const Rehearsal cut = text_.rehearsal(sets_, scenario_.load_factor, problems);
  result_.warm_up_s = seconds(cut.scenario.warm_up);
  if (whole && problems.empty()) {
    whole = replicate(
        {{&text_, sets_, scenario_.load_factor}}, options,
        [&](std::vector<engine::RunReport>&& all) { return take(std::move(all[0]), streams); },
        problems);
  }
  bar.clear();
  print_problems(problems, scenario_.path, streams.err);
  if (!first_ && problems.empty() && !refused_) {
    streams.err << "wavetank: interrupted before the first run had ended\n";
  }
  if (!first_ || refused_ || !problems.empty()) return std::nullopt;
  conclude(whole, signal.load());
  return std::move(first_);
}

}  // namespace wavetank::app
