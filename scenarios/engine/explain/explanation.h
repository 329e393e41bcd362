#pragma once
// What each fault and each change of a scenario cost, how the damage came about, and what would
// have saved it, as plain data.

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/engine/explain/variants.h"
#include "scenarios/engine/run_report.h"
#include "scenarios/engine/scenario.h"
#include "scenarios/engine/statistics/estimate.h"

namespace wavetank::engine {

/// One figure that is attributed; a sum where it has several parts.
struct CostFigure {
  const char* name;     ///< for programs: "latency_p99"
  const char* heading;  ///< in at most eight columns
  const char* unit;     ///< s, bytes, 1, core_h, money
};
std::span<const CostFigure> cost_figures();

/// By place in cost_figures(); none where nothing was observed, or there is no price.
using Costs = std::vector<std::optional<double>>;
Costs costs_of(const RunReport& report, const Prices& prices);

/// No invariant is broken, every threshold holds, and it recovers. A run that is not valid since a
/// fault never fired is unbroken nonetheless: another variant may be why it did not fire.
bool unbroken(const RunReport& report);

/// All seeds of one variant.
struct VariantRuns {
  std::vector<Costs> runs;
  std::uint64_t passed = 0;  ///< those that are unbroken
  void add(const RunReport& report, const Prices& prices);
};

/// The mean of one figure over the seeds in which it was observed.
std::optional<Estimate> mean_of(const VariantRuns& runs, std::size_t figure);
/// `whole` minus `without`, seed by seed: what the thing that is missing costs.
std::optional<PairedDifference> cost_of(const VariantRuns& whole, const VariantRuns& without,
                                        std::size_t figure);

/// A variant and what came of it; its scenario is left out.
struct CostRow {
  Counterfactual::Role role{};
  std::string what, set;
  VariantRuns runs;
};

struct Explanation {
  RunReport report;  ///< of the first seed, as it is
  std::uint64_t seeds = 1;
  /// The first seed that fails, and its headline, where that is another one.
  std::optional<std::pair<std::uint64_t, std::string>> failing;
  Prices prices;
  VariantRuns whole;
  std::vector<CostRow> costs;           ///< of faults, then of changes
  std::vector<CostRow> rescues;         ///< those that pass under every seed, the cheapest first
  std::vector<std::string> impossible;  ///< what could not be taken away
  std::uint64_t tried = 0;              ///< settings that might have saved it
  std::uint64_t runs = 0;
  std::vector<std::uint64_t> chain;     ///< ids in report.chain, root first
};

/// The chain of the first thing that failed; where nothing did, the longest that a fault set off.
std::vector<std::uint64_t> telling_chain(const RunReport& report);

}  // namespace wavetank::engine
