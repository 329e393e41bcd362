#pragma once
// junit.xml, for whatever runs wavetank in a pipeline: one case for the verdict, one for each
// threshold, invariant, fault and recovery. What breaks as the scenario expects does not fail.

#include <string>

#include "scenarios/engine/run_report.h"

namespace wavetank::reports {

std::string junit(const engine::RunReport& report);

}  // namespace wavetank::reports
