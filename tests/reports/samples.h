#pragma once
// Reports written by hand, as a run would fill them: what goldens and properties print.

#include "scenarios/engine/run_report.h"

namespace wavetank::reports {

/// A day with five faults that passes.
engine::RunReport passed();
/// The same without protections: an invariant, thresholds and recovery break, with a causal chain.
engine::RunReport breached();
/// A short run that breaks exactly as its file expects.
engine::RunReport broke_as_expected();
/// Ended by a signal in the middle of a fault.
engine::RunReport interrupted();
/// Nothing observed at all.
engine::RunReport empty();
/// Passed, with texts that each format would take for its own, and names beyond any column.
engine::RunReport hostile();

}  // namespace wavetank::reports
