#include "app/scenario_options.h"

#include <algorithm>
#include <thread>

#include "app/rehearsal.h"
#include "scenarios/engine/text/problem.h"
#include "scenarios/engine/text/quantity.h"

namespace wavetank::app {

void ScenarioOptions::declare(Options& options) {
  options.argument("SCENARIO", path, "The scenario file.", true);
  options.value("--seed", seed_text, "N",
                "Another seed than the file's: other arrivals, other luck.");
  options.values("--set", sets, "PATH=VALUE",
                 "Override anything in the file, lists by index: --set load.0.rate=500/s. "
                 "May be repeated.");
  options.value("--load", load, "FACTOR", "Scale every load: 2x, 0.1x, 150%.");
}

bool ScenarioOptions::understand(Streams& streams) {
  const auto refuse = [&streams](const std::string& what) {
    streams.err << "wavetank: " << what << '\n';
    return false;
  };
  if (!seed_text.empty()) {
    if (seed_text.size() > 18 || seed_text.find_first_not_of("0123456789") != seed_text.npos) {
      return refuse("--seed takes a whole number of at most 18 digits, not " +
                    engine::in_quotes(seed_text) + ". Example: --seed 42.");
    }
    seed = std::stoull(seed_text);
    sets.push_back("seed=" + seed_text);
  }
  const std::optional<double> factor = load_factor_of(load);
  if (!factor) {
    return refuse("--load takes a factor, not " + engine::in_quotes(load) +
                  ". Examples: --load 2x, --load 150%.");
  }
  load_factor = *factor;
  return true;
}

std::optional<std::uint64_t> read_count(const char* option, const std::string& text,
                                        std::uint64_t least, std::uint64_t most,
                                        std::ostream& err) {
  const auto parsed = engine::parse_count(text);
  const bool fits = parsed.value && *parsed.value >= 0 &&
                    static_cast<std::uint64_t>(*parsed.value) >= least &&
                    static_cast<std::uint64_t>(*parsed.value) <= most;
  if (fits) return static_cast<std::uint64_t>(*parsed.value);
  err << "wavetank: " << option << " takes a whole number from " << least << " to " << most
      << ", not " << engine::in_quotes(text) << ". Example: " << option << ' '
      << std::max<std::uint64_t>(least, 20) << ".\n";
  return std::nullopt;
}

void declare_threads(Options& options, std::string& text) {
  options.value("--threads", text, "N", "One simulation a thread; default: one a core.");
}

std::optional<std::size_t> read_threads(const std::string& text, std::ostream& err) {
  if (text.empty()) return std::max(1U, std::thread::hardware_concurrency());
  return read_count("--threads", text, 1, 1024, err);
}

}  // namespace wavetank::app
