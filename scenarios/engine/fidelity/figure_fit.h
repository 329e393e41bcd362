#pragma once
// How far a predicted figure may be from the observed one, and whether it is.

#include <optional>
#include <string_view>
#include <vector>

#include "scenarios/engine/fidelity/fidelity.h"
#include "scenarios/engine/statistics/observables.h"

namespace wavetank::engine {

/// What is promised: an error of at most `share` of what was observed, or of `least` in the
/// figure's unit, whichever is larger.
struct Bound {
  double share = 0;
  double least = 0;
};

/// Promised are throughput (5 %), and of api.latency, of its routes and of freshness the mean
/// (10 %; 20 % where the machine is more than half busy; nothing above 70 %), p95 and p99 (30 % or
/// 5 ms; nothing where it is more than half busy). `busy` is that of the target's machine; where it
/// is not known, the strict bounds hold.
std::optional<Bound> bound_of(std::string_view observable, std::optional<double> busy);

/// Of two sides with means and intervals. The error's interval adds both sides' half-widths in
/// quadrature, observed ones as they act on the ratio.
FigureFit fit_figure(std::string_view name, std::string_view unit, const Estimate& predicted,
                     const Estimate& observed, std::optional<Bound> bound);

/// First what is aimed at, though one side may lack it; then what both sides have, in the order of
/// the prediction. On a machine that is more than 70 % busy no latency is known.
std::vector<FigureFit> fit_figures(const Sample& predicted, const Sample& observed,
                                   std::optional<double> busy);

}  // namespace wavetank::engine
