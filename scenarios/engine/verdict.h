#pragma once
// From results to one word, one exit code and one line.
//
//   0 pass; 1 error; 3 a threshold, an invariant or recovery is breached; 4 the run is not valid;
//   5 stopped by a safety rule; 6 something was left behind; 130 and 143 interrupted.
//
// Of several: error, 6, 5, interrupted, an invariant broken unexpectedly (3), 4, 3.

#include <optional>
#include <string>
#include <vector>

#include "scenarios/engine/run_report.h"

namespace wavetank::engine {

/// What the scenario's `expect` says beyond thresholds and times.
struct Expected {
  /// What must break, and nothing else: names of invariants, threshold expressions, "recovery".
  std::vector<std::string> violates;
  /// "stuck": recovery must fail so, which also counts as "recovery" above. Empty: it must work.
  std::string recovery;
  /// Invariants that the scenario names: undecided ones among them make the run invalid.
  std::vector<std::string> invariants;
};

/// How the run itself went.
struct RunEnd {
  std::optional<std::string> error;    ///< a broken belief, or a tool that failed
  std::optional<std::string> residue;  ///< what was left behind
  std::optional<std::string> stopped;  ///< the safety rule that stopped it
  int signal = 0;                      ///< 2 or 15 where it was interrupted
  /// Why it is not valid, as far as the runner knows: no steady state, target rate missed. That a
  /// fault never fired, or nothing was tested, is found here.
  std::vector<std::string> invalid;
};

/// Fills verdict, exit_code and headline, and adds to notes. The report must hold everything else,
/// findings included.
void decide(const Expected& expected, const RunEnd& ending, RunReport& report);

}  // namespace wavetank::engine
