#include "scenarios/engine/verdict.h"

#include <algorithm>

#include "scenarios/engine/findings.h"

namespace wavetank::engine {
namespace {

constexpr const char* recovery_name = "recovery";

std::string without_spaces(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c != ' ' && c != '\t') out += c;
  }
  return out;
}

bool same(const std::string& a, const std::string& b) {
  return without_spaces(a) == without_spaces(b);
}

bool holds_name(const std::vector<std::string>& names, const std::string& name) {
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& other) { return same(other, name); });
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

bool failed(const ThresholdResult& result) { return !result.holds && !result.undecided; }

/// What broke, what should have, and the difference.
struct Breaks {
  std::vector<std::string> expected;
  std::vector<std::string> unexpected;
  std::vector<std::string> missing;
  bool invariant = false;  ///< one of the unexpected is an invariant
};

bool recovery_failed(const RunReport& report) {
  return report.recovery.verdict == "stuck" || report.recovery.verdict == "slow";
}

Breaks compare(const Expected& expected, const RunReport& report) {
  Breaks breaks;
  breaks.expected = expected.violates;
  const bool stuck = expected.recovery == "stuck";
  if (stuck && !holds_name(breaks.expected, recovery_name)) {
    breaks.expected.emplace_back(recovery_name);
  }
  std::vector<std::string> actual;
  const auto broke = [&](const std::string& name, bool invariant) {
    actual.push_back(name);
    if (holds_name(breaks.expected, name)) return;
    breaks.unexpected.push_back(name);
    breaks.invariant = breaks.invariant || invariant;
  };
  for (const InvariantResult& result : report.invariants) {
    if (result.verdict == "broken") broke(result.name, true);
  }
  for (const ThresholdResult& result : report.thresholds) {
    if (failed(result)) broke(result.expr, false);
  }
  const bool only_slow = stuck && report.recovery.verdict == "slow";
  if (recovery_failed(report) && !only_slow) broke(recovery_name, false);
  for (const std::string& name : breaks.expected) {
    if (!holds_name(actual, name)) breaks.missing.push_back(name);
  }
  return breaks;
}

struct Tally {
  std::size_t checks = 0, hold = 0;
  std::vector<std::string> undecided;  ///< though something was seen
};

Tally count(const RunReport& report) {
  Tally tally;
  const auto add = [&](bool holds) {
    ++tally.checks;
    if (holds) ++tally.hold;
  };
  for (const ThresholdResult& result : report.thresholds) {
    if (!result.undecided) add(result.holds);
  }
  for (const InvariantResult& result : report.invariants) {
    if (result.verdict != "undecided") {
      add(result.verdict == "holds");
    } else if (result.saw > 0) {
      tally.undecided.push_back(result.name);
    }
  }
  return tally;
}

std::vector<std::string> invalid_reasons(const Expected& expected, const RunEnd& ending,
                                         const RunReport& report) {
  std::vector<std::string> reasons = ending.invalid;
  for (const FaultResult& fault : report.faults) {
    if (fault.fired == 0)
      reasons.push_back((fault.name.empty() ? fault.fault : fault.name) + " never fired");
  }
  for (const ThresholdResult& result : report.thresholds) {
    if (!result.undecided) continue;
    reasons.push_back(result.unseen.empty() ? "nothing was observed for " + result.expr
                                            : result.expr + ": " + result.unseen);
  }
  for (const InvariantResult& result : report.invariants) {
    if (result.verdict == "undecided" && holds_name(expected.invariants, result.name)) {
      reasons.push_back(result.name + " could not be decided");
    }
  }
  if (count(report).checks == 0) reasons.emplace_back("nothing was tested");
  return reasons;
}

void settle(RunReport& report, const char* verdict, const char* shown, int exit_code,
            const std::string& why) {
  report.verdict = verdict;
  report.exit_code = exit_code;
  report.headline = std::string(shown) + " (exit " + std::to_string(exit_code) + "): " + why;
}

/// The finding about `name`, in one line; its plain name where there is none. What the headline
/// tells comes first among the findings.
std::string lead_with(const std::string& name, RunReport& report) {
  std::vector<Finding>& all = report.findings;
  const auto about = std::find_if(all.begin(), all.end(), [&name](const Finding& finding) {
    return finding.what.starts_with(name);
  });
  if (about != all.end()) {
    std::rotate(all.begin(), about, about + 1);
    return sentence(all.front());
  }
  if (name != recovery_name) return name + " failed";
  const std::string& why = report.recovery.why;
  return "recovery is " + report.recovery.verdict + (why.empty() ? "" : ": " + why);
}

void breach(const Breaks& breaks, RunReport& report) {
  if (breaks.unexpected.empty()) {
    settle(report, "breached", "BREACHED", 3,
           "expected to break, and held: " + joined(breaks.missing));
    return;
  }
  std::string why = lead_with(breaks.unexpected.front(), report);
  const std::size_t more = breaks.unexpected.size() - 1;
  if (more > 0) why += "; and " + std::to_string(more) + " more";
  settle(report, "breached", "BREACHED", 3, why);
  if (!breaks.missing.empty()) {
    report.notes.push_back("expected to break, and held: " + joined(breaks.missing));
  }
}

void pass(const Breaks& breaks, RunReport& report) {
  report.verdict = "pass";
  report.exit_code = 0;
  const Tally tally = count(report);
  if (!tally.undecided.empty()) {
    report.notes.push_back("undecided, whatever was seen: " + joined(tally.undecided));
  }
  if (!breaks.expected.empty()) {
    report.headline = "breaks as expected: " + joined(breaks.expected);
    report.notes.push_back(report.headline);
    return;
  }
  report.headline = "PASS  " + std::to_string(tally.hold) + " of " + std::to_string(tally.checks) +
                    " checks hold";
  if (report.faults.empty()) return;
  const std::string faults = std::to_string(report.faults.size());
  report.headline += "; " + faults + " of " + faults + " faults fired";
}

}  // namespace

void decide(const Expected& expected, const RunEnd& ending, RunReport& report) {
  if (ending.error) {
    settle(report, "error", "ERROR", 1, *ending.error);
    return;
  }
  if (ending.residue) {
    settle(report, "residue", "RESIDUE", 6, *ending.residue);
    return;
  }
  if (ending.stopped) {
    settle(report, "stopped", "STOPPED", 5, *ending.stopped);
    return;
  }
  if (ending.signal != 0) {
    settle(report, "interrupted", "INTERRUPTED", 128 + ending.signal,
           "what follows covers the run until then");
    return;
  }
  const Breaks breaks = compare(expected, report);
  if (breaks.invariant) {
    breach(breaks, report);
    return;
  }
  if (const auto reasons = invalid_reasons(expected, ending, report); !reasons.empty()) {
    settle(report, "invalid", "INVALID", 4, joined(reasons));
    return;
  }
  if (!breaks.unexpected.empty() || !breaks.missing.empty()) {
    breach(breaks, report);
    return;
  }
  pass(breaks, report);
}

}  // namespace wavetank::engine
