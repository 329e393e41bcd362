#pragma once
// What would have rescued a run: the same seed again, with one setting different at a time.

#include <atomic>

#include "app/rehearsal.h"
#include "scenarios/engine/explain/variants.h"
#include "scenarios/engine/run_report.h"

namespace wavetank::app {

/// Single settings of a platform that might save the scenario `asked` (see engine::as_asked),
/// the cheapest first.
std::vector<engine::Counterfactual> rescue_attempts(const engine::Node& asked,
                                                    const Rehearsal& rehearsal);

/// The settings of its blueprint as nobody has changed them, or with protections=none.
engine::Provenance pristine_settings(const Rehearsal& rehearsal, bool disarmed);

/// Says in a stuck run's findings under which single settings the same run passes. That takes a run
/// each; where they would be more than a few seconds of work, the finding names the command that
/// does it instead. `sets` and `load` are those of the run.
void add_rescue(const ScenarioText& text, const std::vector<std::string>& sets,
                const std::string& load, const Rehearsal& rehearsal, engine::RunReport& report,
                const std::atomic<int>& signal);

}  // namespace wavetank::app
