// wavetank explain: what each fault and each change cost, how it came about, and what would have
// saved it. All by running the same seeds again with one thing different.

#include <chrono>
#include <deque>
#include <filesystem>

#include "app/interrupt.h"
#include "app/output.h"
#include "app/replicate.h"
#include "app/repro.h"
#include "app/rescue.h"
#include "app/scenario_options.h"
#include "app/terminal.h"
#include "reports/explain.h"
#include "reports/words.h"
#include "wavetank_version.h"

namespace wavetank::app {
namespace {

using Clock = std::chrono::steady_clock;
using engine::Counterfactual;
using engine::Node;

class Explain final : public Command {
 public:
  void declare(Options& options) override;
  const char* examples() const override;
  int run(Streams& streams) override;

 private:
  bool understand(Streams& streams);
  bool read(Streams& streams);
  std::vector<engine::CostRow> go(std::vector<Counterfactual> all, bool whole, Streams& streams);
  void attribute(Streams& streams);
  void rescue(Streams& streams);
  int finish(Streams& streams);
  /// The Markdown beside the figures.
  std::string picture() const {
    return std::filesystem::path(out_).replace_extension(".md").string();
  }
  bool stopped() const { return signal_->load() != 0 || !problems_.empty(); }

  ScenarioOptions options_;
  std::string seeds_text_ = "1", threads_text_, out_ = "out/explain.json";
  bool quiet_ = false;
  std::uint64_t seeds_ = 1;
  std::size_t threads_ = 1;
  Node asked_;
  Rehearsal rehearsal_;
  engine::Problems problems_;
  engine::Explanation found_;
  const std::atomic<int>* signal_ = nullptr;
  Clock::time_point start_;
};

void Explain::declare(Options& options) {
  options_.declare(options);
  options.value("--seeds", seeds_text_, "N",
                "How many, from the first on, for 95 % intervals; default 1.");
  declare_threads(options, threads_text_);
  options.value("--out", out_, "FILE",
                "All figures as JSON, and the picture beside it as .md; default "
                "out/explain.json.");
  options.flag("--quiet", quiet_, "No progress.");
}

const char* Explain::examples() const {
  return "  wavetank explain scenarios/chain_reaction.json\n"
         "  wavetank explain scenarios/callback_timeouts.json --load 0.1x --seeds 10\n"
         "      --set system.callbacks.idempotent=false\n";
}

bool Explain::understand(Streams& streams) {
  if (!options_.understand(streams)) return false;
  const auto seeds = read_count("--seeds", seeds_text_, 1, 1'000'000, streams.err);
  const auto threads = read_threads(threads_text_, streams.err);
  if (!seeds || !threads) return false;
  seeds_ = *seeds;
  threads_ = *threads;
  return true;
}

bool Explain::read(Streams& streams) {
  const ScenarioText text(options_.path, problems_);
  rehearsal_ = text.checked(options_.sets, options_.load_factor, problems_);
  if (print_problems(problems_, options_.path, streams.err)) return false;
  asked_ = engine::as_asked(text.tree(options_.sets, problems_));
  found_.prices = rehearsal_.scenario.prices;
  found_.seeds = seeds_;
  const Trouble trouble = prepare_files({out_, picture()}, {options_.path});
  if (trouble) streams.err << "wavetank: " << *trouble << '\n';
  return !trouble;
}

/// Runs them all under every seed, the scenario itself among them where `whole` says so.
std::vector<engine::CostRow> Explain::go(std::vector<Counterfactual> all, bool whole,
                                         Streams& streams) {
  std::deque<ScenarioText> texts;
  std::vector<engine::CostRow> rows;
  if (whole) texts.emplace_back(options_.path, asked_);
  for (Counterfactual& one : all) {
    engine::Problems problems;
    texts.emplace_back(options_.path, std::move(one.scenario));
    static_cast<void>(texts.back().checked({}, options_.load_factor, problems));
    if (problems.empty()) {
      rows.push_back({one.role, std::move(one.what), std::move(one.set), {}});
    } else {
      texts.pop_back();
      if (whole) found_.impossible.push_back(std::move(one.what));
    }
  }
  std::vector<Variant> variants;
  for (const ScenarioText& text : texts) variants.push_back({&text, {}, options_.load_factor});
  if (variants.empty()) return rows;
  reports::SweepBar bar = progress_bar(streams.err, quiet_);
  ReplicateOptions options;
  options.first_seed = static_cast<std::uint64_t>(rehearsal_.scenario.seed);
  options.count = seeds_;
  options.threads = threads_;
  options.signal = signal_;
  options.each_run = true;
  options.progress = [&bar](const reports::SweepView& view) { bar.update(view); };
  replicate(
      variants, options,
      [&](std::vector<engine::RunReport>&& reports) {
        const std::size_t first = whole ? 1 : 0;
        for (std::size_t i = 0; i < rows.size(); ++i) {
          rows[i].runs.add(reports[first + i], found_.prices);
        }
        found_.runs += reports.size();
        if (!whole) return true;
        engine::RunReport& report = reports.front();
        found_.whole.add(report, found_.prices);
        if (found_.whole.runs.size() == 1) {
          found_.report = std::move(report);
        } else if (!found_.failing && found_.report.exit_code == 0 && report.exit_code != 0) {
          found_.failing.emplace(report.seed, report.headline);
        }
        return true;
      },
      problems_);
  bar.clear();
  return rows;
}

void Explain::attribute(Streams& streams) {
  const engine::Provenance& settings = rehearsal_.scenario.settings;
  found_.costs =
      go(engine::taken_away(asked_, settings, pristine_settings(rehearsal_, false)), true, streams);
  if (stopped()) return;
  engine::RunReport& report = found_.report;
  found_.chain = engine::telling_chain(report);
  report.version = wavetank_version;
  report.calibration = rehearsal_.scenario.calibration.text(std::time(nullptr));
  report.repro = run_command(options_.path, report.seed, options_.sets, options_.load);
}

void Explain::rescue(Streams& streams) {
  std::vector<engine::CostRow> rows = go(rescue_attempts(asked_, rehearsal_), false, streams);
  found_.tried = rows.size();
  std::erase_if(rows, [this](const engine::CostRow& row) { return row.runs.passed < seeds_; });
  found_.rescues = std::move(rows);
}

int Explain::finish(Streams& streams) {
  reports::ExplainPage page;
  page.colors = colours_welcome();
  const double wall = std::chrono::duration<double>(Clock::now() - start_).count();
  page.facts = reports::count_of(found_.runs, "run", "runs") + " in " + reports::span(wall);
  page.json_path = out_;
  page.markdown_path = picture();
  bool written = true;
  for (const auto& [path, text] :
       {std::pair{page.json_path, reports::explanation_json(found_)},
        std::pair{page.markdown_path, reports::explanation_markdown(found_)}}) {
    if (const Trouble trouble = write_file(path, text)) {
      streams.err << "wavetank: " << *trouble << '\n';
      written = false;
    }
  }
  streams.out << reports::console(found_, page);
  return written ? exit_ok : exit_error;
}

int Explain::run(Streams& streams) {
  if (!understand(streams)) return exit_usage;
  signal_ = &watch_signals();
  start_ = Clock::now();
  if (!read(streams)) return exit_usage;
  attribute(streams);
  const bool broken = found_.whole.passed < seeds_;
  if (broken && !stopped()) rescue(streams);
  if (print_problems(problems_, options_.path, streams.err)) return exit_usage;
  if (signal_->load() != 0) {
    streams.err << "wavetank: interrupted; nothing is explained\n";
    return 128 + signal_->load();
  }
  return finish(streams);
}

}  // namespace

std::unique_ptr<Command> make_explain() { return std::make_unique<Explain>(); }

}  // namespace wavetank::app
