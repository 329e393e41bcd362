#include "scenarios/engine/observed.h"

#include <algorithm>

namespace wavetank::engine {

namespace {

/// Something that is not in doubt has broken it.
bool broken_beyond(const Blind& blind, const InvariantResult& result) {
  if (result.verdict != "broken") return false;
  if (blind.broken_counts) return true;
  const auto known = [&blind](const Evidence& one) { return !blind.outputs.contains(one.output); };
  return !blind.outputs.empty() &&
         std::any_of(result.evidence.begin(), result.evidence.end(), known);
}

}  // namespace

void add_doubts(const Observed& observed, RunReport& report) {
  std::string blind;
  for (const Blind& one : observed.blind) {
    for (InvariantResult& result : report.invariants) {
      if (result.name != one.invariant) continue;
      if (broken_beyond(one, result)) continue;
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
