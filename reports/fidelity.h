#pragma once
// What was predicted beside what was observed: for a terminal of 80 columns, for other tools, and
// as a table for people. Simulated figures stand under SIMULATED, live ones under OBSERVED.
//
// fidelity.json: verdict (agrees, drifts, unknown) exit_code scenario title target scale
// calibration version started_at repro ended wanted (live runs a load) figures effects invariants
// (tallies) loads. A load: load factor seeds simulated_journal recovery breaches never_fired runs
// counted busy figures effects invariants. A figure: name unit simulated observed {n mean sd half}
// error error_half noise bound fit why. Shares are fractions of what was observed; what is not
// known is null.

#include <string>

#include "scenarios/engine/fidelity/fidelity.h"

namespace wavetank::reports {

/// What the simulator says, before anything real happens.
std::string console_prediction(const engine::Fidelity& all, bool colors);
/// The comparison. `folder` is where fidelity.json and fidelity.md went; may be empty.
std::string console_fidelity(const engine::Fidelity& all, bool colors, const std::string& folder);

std::string fidelity_json(const engine::Fidelity& all);
std::string fidelity_markdown(const engine::Fidelity& all);

/// "drifts": the word for the whole.
const char* verdict_of(const engine::Fidelity& all);

}  // namespace wavetank::reports
