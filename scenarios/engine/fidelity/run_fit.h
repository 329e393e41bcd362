#pragma once
// What runs of either world say beside figures: which way faults push, and which invariants hold.

#include <span>
#include <vector>

#include "scenarios/engine/fidelity/fidelity.h"
#include "scenarios/engine/run_report.h"

namespace wavetank::engine {

/// What counts as no change of one figure.
struct Band {
  double share = 0;  ///< of its value before the fault
  double least = 0;  ///< in its unit
};

/// Which way the changes went: up or down where their whole interval does; flat where it lies
/// within `band`.
Turn turn_of(const Estimate& change, double band);

/// One side's runs of the same scenario, slim or whole.
using Runs = std::span<const RunReport>;

/// Of each fault, in the scenario's order, on freshness p99, error rate and the share that is on
/// time. Only runs in which the fault fired count.
std::vector<EffectFit> fit_effects(Runs predicted, Runs observed);

/// Those that either side judges.
std::vector<InvariantFit> fit_invariants(Runs predicted, Runs observed);

}  // namespace wavetank::engine
