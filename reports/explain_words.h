#pragma once
// What the forms of an explanation say in the same words.

#include <string>

#include "scenarios/engine/explain/explanation.h"

namespace wavetank::reports {

/// A value of a figure in at most seven columns: "4.2s", "20,975", "177 GB", "0.153".
std::string cost_text(const engine::CostFigure& figure, double value);
/// The same as a difference: "+4.2s", "-12", "0".
std::string change_text(const engine::CostFigure& figure, double value);

/// Whether anything was observed of this figure; of compute, whether any was used.
bool is_shown(const engine::Explanation& found, std::size_t figure);
/// Whether the row passes under every seed, while the whole does not.
bool saves(const engine::Explanation& found, const engine::CostRow& row);

/// The answers to the three questions, without a full stop.
std::string cost_answer(const engine::Explanation& found);
std::string chain_answer(const engine::Explanation& found);
std::string rescue_answer(const engine::Explanation& found);

/// "protection; core-h 0": what a rescue is, and what it costs.
std::string rescue_text(const engine::Explanation& found, const engine::CostRow& row);

}  // namespace wavetank::reports
