#pragma once
// What the simulator says of a scenario before it is run on a real platform.

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/rehearsal.h"
#include "scenarios/engine/fidelity/predicted_safety.h"
#include "scenarios/engine/statistics/observables.h"

namespace wavetank::app {

/// Answers a second, which live runs and predictions measure alike, beside a run's observables.
engine::Observable throughput(double answers_per_s);

/// Some seeds of one scenario.
struct Prediction {
  engine::Sample sample;
  std::vector<engine::RunReport> reports;  ///< the first whole, of the others figures only
  engine::BreachTally breaches;
};

struct PredictOptions {
  std::uint64_t first_seed = 0, count = 1;
  engine::SafetyLimits limits;
  const std::atomic<int>* signal = nullptr;
};

/// The scenario as it would be run, under a seed. Asked by several threads.
using PlannedScenario = std::function<Rehearsal(std::uint64_t seed, engine::Problems& problems)>;

/// Simulates all seeds. None where a signal ended it, or with problems.
std::optional<Prediction> predict(const ScenarioText& text, const PlannedScenario& planned,
                                  const PredictOptions& options, engine::Problems& problems);

/// The first report, with what all seeds say.
engine::RunReport journal_of(const Prediction& prediction, const std::string& repro);

}  // namespace wavetank::app
