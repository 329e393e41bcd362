// wavetank diverge: the first step in which two runs differ, with what came before and after it.

#include <fstream>
#include <optional>

#include "app/event_lines.h"
#include "app/interrupt.h"
#include "app/rehearsal.h"
#include "app/repro.h"
#include "app/scenario_options.h"
#include "app/sim_tank.h"
#include "app/terminal.h"
#include "reports/divergence.h"
#include "scenarios/engine/runner.h"
#include "system/base/random.h"

namespace wavetank::app {
namespace {

constexpr int exit_different = 3;
constexpr int exit_cut = 4;

std::vector<std::string> fault_names(const engine::Scenario& scenario) {
  std::vector<std::string> names;
  for (const faults::FaultEntry& entry : scenario.faults) names.push_back(entry.name);
  return names;
}

/// A scenario, run anew each time that it is played.
class PlayedRun final : public engine::Playable {
 public:
  PlayedRun(Rehearsal rehearsal, const std::atomic<int>& signal)
      : rehearsal_(std::move(rehearsal)), signal_(signal) {}

  void play(const See& see) override {
    SimTank tank(rehearsal_.world, static_cast<std::uint64_t>(rehearsal_.scenario.seed));
    std::atomic<int> over{0};
    engine::StepFeed feed(
        [&](std::uint64_t hash, const std::function<std::string()>& words) {
          return signal_.load(std::memory_order_relaxed) == 0 && see(hash, words);
        },
        [&over] { over = 1; });
    engine::RunOptions options;
    options.signal = &over;
    options.arm = [&](World& world) {
      feed.subscribe(world.history(), world.loop(),
                     names_in(world, fault_names(rehearsal_.scenario)));
    };
    engine::Problems problems;
    static_cast<void>(engine::run(rehearsal_.scenario, tank, options, problems));
  }

 private:
  Rehearsal rehearsal_;
  const std::atomic<int>& signal_;
};

/// A file that `run --events` wrote.
class PlayedLines final : public engine::Playable {
 public:
  explicit PlayedLines(std::string path) : path_(std::move(path)) {}

  static bool is_one(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string line;
    return std::getline(file, line) && line.starts_with(event_lines_mark);
  }

  /// Whether the file says that its run came to its end.
  static bool is_whole(const std::string& path) {
    const std::string end = std::string("\n") + event_lines_end + '\n';
    std::ifstream file(path, std::ios::binary);
    file.seekg(-static_cast<std::streamoff>(end.size()), std::ios::end);
    std::string last(end.size(), '\0');
    return file.read(last.data(), static_cast<std::streamsize>(last.size())) && last == end;
  }

  void play(const See& see) override {
    std::ifstream file(path_, std::ios::binary);
    std::string line;
    std::getline(file, line);
    while (std::getline(file, line) && line != event_lines_end) {
      if (!see(hash_name(line), [&line] { return line; })) return;
    }
  }

 private:
  std::string path_;
};

class Diverge final : public Command {
 public:
  void declare(Options& options) override;
  const char* examples() const override;
  int run(Streams& streams) override;

 private:
  struct Side {
    ScenarioOptions options;
    std::string name;  ///< as it is shown
    bool lines = false;  ///< what run --events wrote
    std::unique_ptr<engine::Playable> playable;
  };
  bool agree(Streams& streams);
  bool open(Side& side, const std::atomic<int>& signal, Streams& streams) const;

  Side a_, b_;
  std::vector<std::string> sets_b_;
  std::string seed_b_, load_b_;
};

void Diverge::declare(Options& options) {
  options.argument("A", a_.options.path, "A scenario file, or what run --events wrote.", true);
  options.argument("B", b_.options.path,
                   "What it is compared with, of the same kind; left out, A again.", false);
  options.value("--seed", a_.options.seed_text, "N", "The seed of both.");
  options.values("--set", a_.options.sets, "PATH=VALUE", "Override both. May be repeated.");
  options.value("--load", a_.options.load, "FACTOR", "Scale every load of both: 2x, 0.1x.");
  options.value("--seed-b", seed_b_, "N", "Another seed for B.");
  options.values("--set-b", sets_b_, "PATH=VALUE", "Override B beside. May be repeated.");
  options.value("--load-b", load_b_, "FACTOR", "Another scale for B.");
}

const char* Diverge::examples() const {
  return "  wavetank diverge s.json --set-b system.callbacks.idempotent=false\n"
         "  wavetank diverge s.json                  # does it do the same twice?\n"
         "  wavetank diverge gcc.events clang.events # of run --events, by two builds\n"
         "\n"
         "exit codes: 0 the same, 3 different, 4 the same as far as cut files go\n";
}

bool Diverge::open(Side& side, const std::atomic<int>& signal, Streams& streams) const {
  ScenarioOptions& options = side.options;
  if (side.lines) {
    side.name = options.path;
    side.playable = std::make_unique<PlayedLines>(options.path);
    return true;
  }
  const std::vector<std::string> typed = options.sets;
  if (!options.understand(streams)) return false;
  engine::Problems problems;
  const ScenarioText text(options.path, problems);
  Rehearsal rehearsal = text.checked(options.sets, options.load_factor, problems);
  if (print_problems(problems, options.path, streams.err)) return false;
  const auto seed = static_cast<std::uint64_t>(rehearsal.scenario.seed);
  side.name = shell_word(options.path) + " --seed " + std::to_string(seed) +
              overrides_text(typed, options.load);
  side.playable = std::make_unique<PlayedRun>(std::move(rehearsal), signal);
  return true;
}

/// What files and options say together.
bool Diverge::agree(Streams& streams) {
  bool good = true;
  const auto refuse = [&](const std::string& why) {
    streams.err << "wavetank: " << why << '\n';
    good = false;
  };
  for (Side* side : {&a_, &b_}) {
    const std::string& path = side->options.path;
    side->lines = PlayedLines::is_one(path);
    if (!side->lines && !std::ifstream(path)) refuse(engine::in_quotes(path) + " cannot be read");
  }
  if (!good) return false;
  if (a_.lines != b_.lines) {
    refuse("a scenario can be compared with a scenario, and what run --events wrote with its like");
  }
  const bool overridden = !a_.options.sets.empty() || !a_.options.seed_text.empty() ||
                          !a_.options.load.empty() || !sets_b_.empty() || !seed_b_.empty() ||
                          !load_b_.empty();
  if (good && a_.lines && overridden) {
    refuse("overrides change a scenario; what run --events wrote has been run already");
  }
  return good;
}

int Diverge::run(Streams& streams) {
  const std::atomic<int>& signal = watch_signals();
  const std::string path_b = b_.options.path.empty() ? a_.options.path : b_.options.path;
  b_.options = a_.options;
  b_.options.path = path_b;
  b_.options.sets.insert(b_.options.sets.end(), sets_b_.begin(), sets_b_.end());
  if (!seed_b_.empty()) b_.options.seed_text = seed_b_;
  if (!load_b_.empty()) b_.options.load = load_b_;
  if (!agree(streams)) return exit_usage;
  if (!open(a_, signal, streams) || !open(b_, signal, streams)) return exit_usage;
  const engine::StepComparison comparison = engine::compare_steps(*a_.playable, *b_.playable);
  if (signal.load() != 0) {
    streams.err << "wavetank: interrupted; nothing was compared to its end\n";
    return 128 + signal.load();
  }
  bool whole = true;
  for (const Side* side : {&a_, &b_}) {
    if (!side->lines || PlayedLines::is_whole(side->options.path)) continue;
    whole = false;
    streams.err << "wavetank: " << engine::in_quotes(side->options.path)
                << " has no end: its run was interrupted, or the file is cut\n";
  }
  streams.out << reports::console(comparison, {a_.name, b_.name, colours_welcome()});
  if (!comparison.divergence && !whole) return exit_cut;
  return comparison.divergence ? exit_different : exit_ok;
}

}  // namespace

std::unique_ptr<Command> make_diverge() { return std::make_unique<Diverge>(); }

}  // namespace wavetank::app
