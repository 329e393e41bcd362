#pragma once
// summary.md: the console's summary as a page for a pull request or a wiki, with tables.

#include <string>

#include "scenarios/engine/run_report.h"

namespace wavetank::reports {

std::string markdown(const engine::RunReport& report);

}  // namespace wavetank::reports
