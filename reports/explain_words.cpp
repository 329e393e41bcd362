#include "reports/explain_words.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "reports/words.h"
#include "scenarios/engine/chain/words.h"
#include "scenarios/engine/findings.h"

namespace wavetank::reports {
namespace {

/// Below 1,000, in at most five columns.
std::string short_number(double value) {
  const int places = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%.*f", places, value);
  return text.data();
}

}  // namespace

std::string cost_text(const engine::CostFigure& figure, double value) {
  const std::string_view unit = figure.unit;
  if (value < 0) return '-' + cost_text(figure, -value);
  if (unit == "s") return span(value);
  if (unit == "bytes") return engine::bytes_words({static_cast<std::int64_t>(value)});
  if (value >= 1e5 && value < 1e6) {
    return std::to_string(static_cast<std::uint64_t>(value / 1000)) + 'k';
  }
  const bool whole = unit == "1" && value == std::floor(value);
  return whole || value >= 1000 ? about(static_cast<std::uint64_t>(value)) : short_number(value);
}

std::string change_text(const engine::CostFigure& figure, double value) {
  if (value == 0) return "0";
  return (value > 0 ? "+" : "") + cost_text(figure, value);
}

bool is_shown(const engine::Explanation& found, std::size_t figure) {
  const std::string_view unit = engine::cost_figures()[figure].unit;
  const bool compute = unit == "core_h" || unit == "bytes" || unit == "money";
  const auto some = [figure, compute](const engine::VariantRuns& runs) {
    const auto mean = engine::mean_of(runs, figure);
    return mean && !(compute && mean->mean == 0);
  };
  return some(found.whole) || std::any_of(found.costs.begin(), found.costs.end(),
                                          [&](const auto& row) { return some(row.runs); });
}

bool saves(const engine::Explanation& found, const engine::CostRow& row) {
  return found.whole.passed < found.seeds && row.runs.passed == found.seeds;
}

std::string cost_answer(const engine::Explanation& found) {
  if (found.costs.empty()) return "there is no fault, and no setting differs from its default";
  if (found.whole.passed == found.seeds) return "it passes; each row is what that one takes";
  constexpr std::size_t most = 3;
  std::string names;
  std::size_t all = 0;
  for (const engine::CostRow& row : found.costs) {
    if (saves(found, row) && ++all <= most) names += (all == 1 ? "" : ", or ") + row.what;
  }
  if (all == 0) return "without any single one it fails all the same";
  if (all > most) names += ", or any other of those marked *";
  return "it passes without " + names;
}

std::string chain_answer(const engine::Explanation& found) {
  if (found.chain.empty()) {
    return found.report.findings.empty() ? "no fault set off a chain of events"
                                         : "no chain of events leads to it";
  }
  for (const engine::Finding& finding : found.report.findings) {
    if (finding.chain == found.chain) return finding.what;
  }
  return "what the faults set off, at its longest";
}

std::string rescue_answer(const engine::Explanation& found) {
  if (found.whole.passed == found.seeds) return "nothing is broken";
  const std::string tried = " (" + count_of(found.tried, "setting", "settings") + " tried)";
  if (found.rescues.empty()) return "no single setting" + tried;
  return "--set " + found.rescues.front().set + tried;
}

std::string rescue_text(const engine::Explanation& found, const engine::CostRow& row) {
  std::string text = name_of(row.role);
  const auto figures = engine::cost_figures();
  for (std::size_t i = 0; i < figures.size(); ++i) {
    const std::string_view unit = figures[i].unit;
    if ((unit != "core_h" && unit != "money") || !is_shown(found, i)) continue;
    const auto cost = engine::cost_of(row.runs, found.whole, i);
    if (!cost) continue;
    text += std::string("; ") + figures[i].heading + ' ' +
            change_text(figures[i], cost->difference.mean);
  }
  return text;
}

}  // namespace wavetank::reports
