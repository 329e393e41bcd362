#pragma once
// journal.json: what other tools read, and what report.html draws. The keys of the first group are
// a contract; those of the second serve the charts and may grow.
//
//   verdict exit_code title scenario seed fingerprint world virtual_s wall_s events run jobs trust
//   metrics series thresholds invariants faults recovery resources settings repro
//   headline notes description load_s phases findings chain offered gantt backlogs breaks
//
// Times are seconds, shares fractions of one. A number that is not finite, or that nothing was
// observed for, is null. Objects keep the order of the report, so equal runs give equal files.

#include <string>

#include "scenarios/engine/run_report.h"

namespace wavetank::reports {

std::string journal(const engine::RunReport& report);

}  // namespace wavetank::reports
