#pragma once
// The summary at the end of a run, for a terminal of 80 columns: what ran and what it is worth, the
// verdict and what failed, the three questions, the checks, and how to break and to repeat it. The
// last line is always the command that repeats the run.

#include <string>

#include "scenarios/engine/run_report.h"

namespace wavetank::reports {

struct ConsoleOptions {
  bool colors = false;
  bool verbose = false;      ///< every check, fault and resource, and every finding in full
  std::string report_path;   ///< of report.html, if it was written
  std::string journal_path;  ///< of journal.json, if it was written
};

std::string console(const engine::RunReport& report, const ConsoleOptions& options = {});

}  // namespace wavetank::reports
