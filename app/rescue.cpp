#include "app/rescue.h"

#include <algorithm>
#include <utility>

#include "app/repro.h"
#include "app/trial.h"
#include "scenarios/engine/text/layers.h"

namespace wavetank::app {
namespace {

using engine::Counterfactual;
using engine::Finding;
using engine::Node;

/// All attempts together: some ten seconds of one core.
constexpr std::uint64_t events_max = 100'000'000;

/// Whether the run passes under this attempt; one that is no scenario does not.
bool saves(Lane& lane, const Rehearsal& attempt, engine::Problems problems,
           const std::atomic<int>& signal) {
  if (!problems.empty()) return false;
  engine::RunOptions options;
  options.signal = &signal;
  const engine::RunReport report = lane.run(attempt, std::move(options), problems);
  return problems.empty() && report.exit_code == 0;
}

/// "system.stations.0.queue_limit=200, as would 6 more of 18 settings tried".
std::string words(const std::vector<std::string>& saving, std::size_t tried) {
  const std::string all = std::to_string(tried) + " single settings tried";
  if (saving.empty()) return "none of " + all;
  if (saving.size() == 1) return saving.front() + ", alone of " + all;
  return saving.front() + ", as would " + std::to_string(saving.size() - 1) + " more of " + all;
}

}  // namespace

engine::Provenance pristine_settings(const Rehearsal& rehearsal, bool disarmed) {
  engine::Problems ignored;
  Node root = engine::object_node();
  engine::set_path(root, "system.blueprint=" + std::string(rehearsal.scenario.system.name()),
                   ignored);
  if (disarmed) engine::set_path(root, "system.protections=none", ignored);
  return ScenarioText("", std::move(root)).rehearsal({}, 1, ignored).scenario.settings;
}

std::vector<Counterfactual> rescue_attempts(const Node& asked, const Rehearsal& rehearsal) {
  return engine::put_in(asked, rehearsal.scenario.settings, pristine_settings(rehearsal, false),
                        pristine_settings(rehearsal, true));
}

void add_rescue(const ScenarioText& text, const std::vector<std::string>& sets,
                const std::string& load, const Rehearsal& rehearsal, engine::RunReport& report,
                const std::atomic<int>& signal) {
  const auto stuck = [](const Finding& finding) { return finding.stuck; };
  if (std::none_of(report.findings.begin(), report.findings.end(), stuck)) return;
  engine::Problems problems;
  const Node asked = engine::as_asked(text.tree(sets, problems));
  if (!problems.empty()) return;
  const std::vector<Counterfactual> attempts = rescue_attempts(asked, rehearsal);
  const double load_factor = load_factor_of(load).value_or(1);
  const std::string seed = "seed=" + std::to_string(report.seed);
  std::string found = "wavetank explain " + shell_word(text.path()) + overrides_text(sets, load) +
                      " tries single settings";
  if (attempts.size() * report.events <= events_max) {
    Lane lane(text);
    std::vector<std::string> saving;
    for (const Counterfactual& attempt : attempts) {
      if (signal.load() != 0) return;
      const Rehearsal read = ScenarioText(text.path(), attempt.scenario)
                                 .rehearsal({seed}, load_factor, problems);
      if (saves(lane, read, std::exchange(problems, {}), signal)) saving.push_back(attempt.set);
    }
    found = words(saving, attempts.size());
  }
  for (Finding& finding : report.findings) {
    if (finding.stuck) finding.rescue = found;
  }
}

}  // namespace wavetank::app
