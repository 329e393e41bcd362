#include "scenarios/engine/observed.h"

namespace wavetank::engine {

void add_doubts(const Observed& observed, RunReport& report) {
  std::string blind;
  for (const Blind& one : observed.blind) {
    for (InvariantResult& result : report.invariants) {
      if (result.name != one.invariant) continue;
      if (one.broken_counts && result.verdict == "broken") continue;
      result.verdict = "undecided";
      result.violations = 0;
      result.evidence.clear();
      blind += (blind.empty() ? "" : "; ") + one.invariant + ": " + one.why;
    }
  }
  if (!blind.empty()) report.notes.push_back("not seen enough to judge: " + blind);
  for (const std::string& note : observed.notes) report.notes.push_back(note);
  if (observed.gaps.empty()) return;
  for (InvariantResult& result : report.invariants) {
    if (result.verdict == "holds") result.verdict = "undecided";
  }
  for (const std::string& gap : observed.gaps) report.notes.push_back("not shown: " + gap);
}

}  // namespace wavetank::engine
