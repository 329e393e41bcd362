#pragma once
// The table of `wavetank crashpoints`, for a terminal of 80 columns.

#include <string>

#include "scenarios/engine/crash_points.h"

namespace wavetank::reports {

struct CrashPage {
  std::string title, facts;
  std::string repro;  ///< of the first run that broke something
  bool colors = false;
  bool interrupted = false;
};

/// The verdict, what breaks at each point, and the pairs that break something.
std::string console(const engine::CrashSearch& search, const CrashPage& page);

}  // namespace wavetank::reports
