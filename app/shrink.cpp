// wavetank shrink: from a scenario that breaks an invariant to the least that still breaks it.

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <limits>

#include "app/interrupt.h"
#include "app/output.h"
#include "app/repro.h"
#include "app/scenario_options.h"
#include "app/shrink.h"
#include "app/terminal.h"
#include "app/trial.h"
#include "reports/shrink.h"
#include "reports/words.h"
#include "scenarios/engine/invariants/invariant.h"
#include "scenarios/engine/text/document.h"
#include "scenarios/engine/text/layers.h"
#include "scenarios/engine/text/nearest.h"
#include "scenarios/engine/text/quantity.h"

namespace wavetank::app {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using engine::Node;

bool breaks(const engine::RunReport& report, const std::string& invariant) {
  return std::any_of(report.invariants.begin(), report.invariants.end(), [&](const auto& one) {
    return one.name == invariant && one.verdict == "broken";
  });
}

/// The one that broke first.
std::string first_broken(const engine::RunReport& report) {
  std::string name;
  double first = std::numeric_limits<double>::infinity();
  for (const engine::InvariantResult& one : report.invariants) {
    if (one.verdict != "broken") continue;
    const double at = one.evidence.empty() ? report.virtual_s : one.evidence.front().at;
    if (at < first) name = one.name;
    first = std::min(first, at);
  }
  return name;
}

/// --load as the file would say it.
void scale_loads(Node& root, double factor) {
  Node* loads = root.find("load");
  if (loads == nullptr || factor == 1) return;
  for (Node& entry : loads->items) {
    Node* scale = entry.find("scale");
    if (scale == nullptr) scale = &engine::add_member(entry, "scale", engine::number_node("1"));
    *scale = engine::number_node(engine::text_of(scale->number * factor));
  }
}

/// Traces are named relative to the file that names them, which will be another one.
void move_traces(Node& root, const std::string& scenario, const fs::path& folder) {
  Node* loads = root.find("load");
  if (loads == nullptr) return;
  for (Node& entry : loads->items) {
    Node* file = entry.find("file");
    if (file == nullptr || fs::path(file->text).is_absolute()) continue;
    const engine::Place& place = file->place;
    const bool written = place.source && place.source->kind != engine::Source::Kind::override_;
    const fs::path by = written ? place.source->file : scenario;
    fs::path trace = by.parent_path() / file->text;
    if (!written && !fs::exists(trace)) trace = file->text;
    *file = engine::text_node(fs::proximate(trace, folder).string());
  }
}

class Shrink final : public Command {
 public:
  explicit Shrink(engine::Blueprints known) : known_(known) {}
  void declare(Options& options) override;
  const char* examples() const override;
  int run(Streams& streams) override;

 private:
  bool understand(Streams& streams);
  std::optional<Node> read(const ScenarioText& text, Streams& streams) const;
  bool choose(const engine::RunReport& report, Streams& streams);
  engine::Answer ask(Lane& lane, const Node& candidate) const;
  engine::ShrinkResult search(Lane& lane, Node start, Streams& streams) const;
  int finish(engine::ShrinkResult result, std::uint64_t seed, Streams& streams) const;
  double wall_s() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

  engine::Blueprints known_;
  ScenarioOptions options_;
  std::string invariant_, out_ = "out/shrunk.json", runs_text_ = "2000";
  bool swarm_ = false, quiet_ = false;
  std::size_t runs_max_ = 0;
  const std::atomic<int>* signal_ = nullptr;
  Clock::time_point start_;
};

void Shrink::declare(Options& options) {
  options_.declare(options);
  options.flag("--swarm", swarm_, "The seed also draws what the scenario declares, as in sweep.");
  options.value("--invariant", invariant_, "NAME",
                "Which broken invariant must stay broken; default: the one that breaks first.");
  options.value("--runs", runs_text_, "N", "At most so many runs; default 2000.");
  options.value("--out", out_, "FILE", "The shrunk scenario; default out/shrunk.json.");
  options.flag("--quiet", quiet_, "Print the command that repeats the failure only.");
}

const char* Shrink::examples() const {
  return "  wavetank shrink scenarios/without_outbox.json\n"
         "  wavetank shrink my_platform/first_drill.json --seed 4711 --swarm\n"
         "  wavetank shrink scenarios/chain_reaction.json --invariant fenced\n";
}

bool Shrink::understand(Streams& streams) {
  if (!options_.understand(streams)) return false;
  const auto runs = read_count("--runs", runs_text_, 1, 1'000'000, streams.err);
  if (!runs) return false;
  runs_max_ = *runs;
  if (invariant_.empty() || engine::find_invariant(invariant_) != nullptr) return true;
  std::vector<std::string> known;
  for (const engine::InvariantType& type : engine::invariant_types()) known.emplace_back(type.name);
  streams.err << "wavetank: no invariant is called " << engine::in_quotes(invariant_) << ". "
              << engine::nearest_hint(invariant_, known, "invariants") << '\n';
  return false;
}

/// All that the run is made of, in one tree: includes, overrides, draws, load and seed.
std::optional<Node> Shrink::read(const ScenarioText& text, Streams& streams) const {
  engine::Problems problems;
  Rehearsal read = text.rehearsal(options_.sets, options_.load_factor, problems);
  std::vector<std::string> sets = options_.sets;
  if (swarm_ && problems.empty()) {
    const engine::SwarmDraw draw = text.swarm(sets, options_.load_factor, problems);
    if (problems.empty()) {
      const auto drawn = draw.sets(static_cast<std::uint64_t>(read.scenario.seed));
      sets.insert(sets.begin(), drawn.begin(), drawn.end());
      read = text.rehearsal(sets, options_.load_factor, problems);
    }
  }
  if (problems.empty()) ask_world(read, problems);
  if (print_problems(problems, options_.path, streams.err)) return std::nullopt;
  Node root = text.tree(sets, problems);
  scale_loads(root, options_.load_factor);
  engine::set_path(root, "seed=" + std::to_string(read.scenario.seed), problems);
  return root;
}

bool Shrink::choose(const engine::RunReport& report, Streams& streams) {
  if (invariant_.empty()) invariant_ = first_broken(report);
  if (!invariant_.empty() && breaks(report, invariant_)) return true;
  streams.err << "wavetank: nothing to shrink: "
              << (invariant_.empty() ? "no invariant is" : invariant_ + " is not")
              << " broken with seed " << report.seed
              << ". The run ends with: " << report.headline << '\n';
  return false;
}

engine::Answer Shrink::ask(Lane& lane, const Node& candidate) const {
  engine::Problems problems;
  const ScenarioText text(options_.path, candidate, known_);
  const Rehearsal read = text.rehearsal({}, 1, problems);
  if (!problems.empty()) return engine::Answer::refused;
  engine::RunOptions run;
  run.signal = signal_;
  const engine::RunReport report = lane.run(read, run, problems);
  if (signal_->load() != 0) return engine::Answer::stopped;
  if (!problems.empty()) return engine::Answer::refused;
  return breaks(report, invariant_) ? engine::Answer::fails : engine::Answer::passes;
}

engine::ShrinkResult Shrink::search(Lane& lane, Node start, Streams& streams) const {
  const bool live = err_is_terminal();
  double shown_s = -1;
  std::string_view phase;
  const auto tell = [&](const engine::ShrinkStep& step) {
    const double now = wall_s();
    const bool due = live ? now - shown_s > 0.1 : step.what != phase;
    if (quiet_ || !due) return;
    shown_s = now;
    phase = step.what;
    streams.err << (live ? "\r\x1b[K" : "") << reports::shrink_line(step, now)
                << (live ? "" : "\n") << std::flush;
  };
  engine::Shrinker shrinker(
      std::move(start), [&](const Node& candidate) { return ask(lane, candidate); }, runs_max_,
      tell);
  engine::ShrinkResult result = shrinker.run();
  if (live && !quiet_) streams.err << "\r\x1b[K";
  return result;
}

/// Writes the file, and reads and runs it again: what was promised is what is in it.
int Shrink::finish(engine::ShrinkResult result, std::uint64_t seed, Streams& streams) const {
  const fs::path folder = fs::path(out_).parent_path();
  move_traces(result.scenario, options_.path, folder.empty() ? "." : folder);
  if (const Trouble trouble = write_file(out_, engine::write_json(result.scenario))) {
    streams.err << "wavetank: " << *trouble << '\n';
    return exit_error;
  }
  engine::Problems problems;
  const ScenarioText text(out_, problems, known_);
  Lane lane(text);
  engine::RunReport report = lane.run({{}, seed, 1}, {}, problems);
  if (!problems.empty() || !breaks(report, invariant_)) {
    streams.err << problems.text() << "wavetank: " << engine::printable(out_, 300)
                << " does not break " << invariant_ << ", though it should\n";
    return exit_error;
  }
  report.repro = "wavetank run " + shell_word(out_);
  reports::ShrinkPage page;
  engine::RunReport name;
  name.scenario = options_.path;
  page.title = reports::name_of(name) + "  seed " + std::to_string(seed) + " breaks " + invariant_;
  page.wall_s = wall_s();
  page.file = out_;
  page.repro = reports::repeat_of(report);
  page.colors = colours_welcome();
  if (quiet_) {
    streams.out << page.repro << '\n';
  } else {
    streams.out << reports::console(result, page);
  }
  return signal_->load() != 0 ? 128 + signal_->load() : exit_ok;
}

int Shrink::run(Streams& streams) {
  if (!understand(streams)) return exit_usage;
  signal_ = &watch_signals();
  start_ = Clock::now();
  engine::Problems problems;
  const ScenarioText text(options_.path, problems, known_);
  if (print_problems(problems, options_.path, streams.err)) return exit_usage;
  const std::optional<Node> whole = read(text, streams);
  if (!whole) return exit_usage;
  if (const Trouble trouble = prepare_files({out_}, {options_.path})) {
    streams.err << "wavetank: " << *trouble << '\n';
    return exit_usage;
  }
  Lane lane(text);
  const ScenarioText all(options_.path, *whole, known_);
  const Rehearsal read = all.rehearsal({}, 1, problems);
  engine::RunOptions run;
  run.signal = signal_;
  const engine::RunReport report = lane.run(read, run, problems);
  if (signal_->load() != 0) return 128 + signal_->load();
  if (!choose(report, streams)) return exit_usage;
  Node start = engine::only_breaks(*whole, invariant_);
  // A threshold that aborts the run may be part of how it breaks.
  if (ask(lane, start) == engine::Answer::passes) start = *whole;
  return finish(search(lane, std::move(start), streams), report.seed, streams);
}

}  // namespace

std::unique_ptr<Command> make_shrink() { return make_shrink(service::blueprint_types()); }

std::unique_ptr<Command> make_shrink(engine::Blueprints known) {
  return std::make_unique<Shrink>(known);
}

}  // namespace wavetank::app
