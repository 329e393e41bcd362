#pragma once
// Cells and sentences that the reports of a rehearsal share.

#include <string>
#include <vector>

#include "scenarios/engine/fidelity/fidelity.h"

namespace wavetank::reports {

/// "SIMULATED, model defaults (not calibrated), 5 seeds".
std::string simulated_standing(const engine::Fidelity& all);
/// "SIMULATED 5 seeds, OBSERVED 2 live runs; machine 23 % busy".
std::string standing_of(const engine::LoadFit& load);
/// "throughput" of "throughput value"; other figures have their whole names.
std::string label_of(const engine::FigureFit& figure);
/// "api.latency", and "p(99)" of "api.latency p(99)".
std::string metric_of(const engine::FigureFit& figure);
std::string aggregate_of(const engine::FigureFit& figure);

/// "4.24 +-0.12", in the unit and with the digits that suit both sides; "-" where there is none.
/// With its unit on demand: in a row of text the one of what was observed is enough.
std::string simulated_cell(const engine::FigureFit& figure, bool unit = false);
/// The same with its unit.
std::string observed_cell(const engine::FigureFit& figure);
/// "-28 +-9 %"; "x 114 " where it is tenfold or more.
std::string error_cell(const engine::FigureFit& figure);
std::string noise_cell(const engine::FigureFit& figure);
std::string bound_cell(const engine::FigureFit& figure);
/// "up +2.3 s".
std::string turn_cell(engine::Turn turn, const engine::Estimate& change, const std::string& unit);

/// Figures without a promise that tell most, as far as both sides have them.
std::vector<const engine::FigureFit*> telling_figures(const engine::LoadFit& load);
/// "3 for noise above the bound ...": why figures are unknown; empty where none is.
std::string unknown_text(const engine::LoadFit& load);
/// "14 same, 1 different, 1 unknown".
std::string tally_text(const engine::MatchTally& tally);
/// "3 figures agree, 1 drifts, 9 unknown; effects: ...; invariants: ...".
std::string summary_of(const engine::Fidelity& all);

}  // namespace wavetank::reports
