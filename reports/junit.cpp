#include "reports/junit.h"

#include <array>
#include <cstdio>
#include <string_view>
#include <vector>

#include "reports/words.h"

namespace wavetank::reports {
namespace {

enum class Outcome { passed, failed, error, skipped };

struct Case {
  std::string group, name;
  Outcome outcome = Outcome::passed;
  std::string message, text;
};

/// XML 1.0 has no place for control characters, and folds the line breaks of attributes.
std::string escaped(std::string_view text, bool attribute = true) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\n': out += attribute ? "&#10;" : "\n"; break;
      case '\t': out += attribute ? "&#9;" : "\t"; break;
      default: out += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '?' : c;
    }
  }
  return out;
}

Case verdict_case(const engine::RunReport& report) {
  Case out{"run", "verdict", Outcome::passed, report.headline, ""};
  if (report.verdict == "error" || report.verdict == "interrupted") {
    out.outcome = Outcome::error;
  } else if (report.verdict != "pass") {
    out.outcome = Outcome::failed;
  }
  for (const std::string& note : notes_of(report)) out.text += note + '\n';
  if (!report.repro.empty()) out.text += "repeat: " + report.repro + '\n';
  return out;
}

Case threshold_case(const engine::ThresholdResult& one, bool expected) {
  Case out{"thresholds", one.expr, Outcome::passed, "observed " + one.observed, ""};
  if (one.undecided) {
    out.outcome = Outcome::skipped;
    out.message = one.unseen.empty() ? "nothing was observed" : one.unseen;
  } else if (!one.holds) {
    out.outcome = expected ? Outcome::passed : Outcome::failed;
  }
  if (!one.window.empty()) out.text = "in every window of " + one.window + '\n';
  return out;
}

Case invariant_case(const engine::InvariantResult& one, bool expected) {
  Case out{"invariants", one.name, Outcome::passed, saw_text(one), ""};
  if (one.verdict == "undecided") out.outcome = Outcome::skipped;
  if (one.verdict == "broken" && !expected) out.outcome = Outcome::failed;
  for (const engine::Evidence& evidence : one.evidence) out.text += evidence.what + '\n';
  if (one.verdict == "broken" && !one.protects.empty()) {
    out.text += "protects: " + one.protects + '\n';
  }
  return out;
}

Case probe_case(const engine::ProbeResult& one) {
  Case out{"probes", one.name, Outcome::passed, grouped(one.hits) + " times", ""};
  if (one.hits == 0) {
    out.outcome = Outcome::skipped;
    out.message = "it never happened";
  }
  return out;
}

Case fault_case(const engine::FaultResult& one) {
  Case out{"faults", name_of(one), Outcome::passed, "", ""};
  out.message = "fired " + grouped(one.fired) + ", touched " + grouped(one.touched) +
                (one.touched_what.empty() ? "" : ' ' + one.touched_what);
  if (one.fired == 0) {
    const bool began = one.to > one.from;
    out.outcome = began ? Outcome::failed : Outcome::skipped;
    out.message = began ? "it never fired" : "it did not begin";
  }
  return out;
}

Case recovery_case(const engine::FaultResult& one, bool expected) {
  const engine::Recovery& recovery = one.recovery;
  Case out{"recovery", name_of(one), Outcome::passed, "", recovery.why};
  out.message = recovery.verdict + (recovery.after_s ? " after " + span(*recovery.after_s) : "");
  if (recovery.verdict == "recovers") return out;
  if (recovery.verdict == "slow" || recovery.verdict == "stuck") {
    out.outcome = expected ? Outcome::passed : Outcome::failed;
  } else {
    out.outcome = Outcome::skipped;
    out.message = "not judged";
  }
  return out;
}

std::vector<Case> cases_of(const engine::RunReport& report) {
  const bool expected = report.verdict == "pass";
  std::vector<Case> cases{verdict_case(report)};
  for (const auto& one : report.thresholds) cases.push_back(threshold_case(one, expected));
  for (const auto& one : report.invariants) cases.push_back(invariant_case(one, expected));
  for (const auto& one : report.probes) cases.push_back(probe_case(one));
  for (const auto& one : report.faults) {
    cases.push_back(fault_case(one));
    cases.push_back(recovery_case(one, expected));
  }
  return cases;
}

std::string seconds_text(double s) {
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%.3f", s);
  return text.data();
}

std::string element(const Case& one, const std::string& suite) {
  std::string out = "  <testcase classname=\"" + escaped(suite + '.' + one.group) + "\" name=\"" +
                    escaped(one.name) + "\" time=\"0\">\n";
  const std::string message = " message=\"" + escaped(one.message) + "\"";
  const std::string text = '>' + escaped(one.text, false);
  switch (one.outcome) {
    case Outcome::passed:
      out += "    <system-out>" + escaped(one.message + '\n' + one.text, false) + "</system-out>\n";
      break;
    case Outcome::failed:
      out += "    <failure" + message + text + "</failure>\n";
      break;
    case Outcome::error:
      out += "    <error" + message + text + "</error>\n";
      break;
    case Outcome::skipped:
      out += "    <skipped" + message + "/>\n";
  }
  return out + "  </testcase>\n";
}

}  // namespace

std::string junit(const engine::RunReport& report) {
  const std::vector<Case> cases = cases_of(report);
  const auto count = [&cases](Outcome outcome) {
    std::size_t n = 0;
    for (const Case& one : cases) n += one.outcome == outcome ? 1 : 0;
    return std::to_string(n);
  };
  const std::string suite = name_of(report);
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"" +
                    escaped(suite) + "\" tests=\"" + std::to_string(cases.size()) +
                    "\" failures=\"" + count(Outcome::failed) + "\" errors=\"" +
                    count(Outcome::error) + "\" skipped=\"" + count(Outcome::skipped) +
                    "\" time=\"" + seconds_text(report.wall_s) + "\"";
  if (!report.started_at.empty()) out += " timestamp=\"" + escaped(report.started_at) + "\"";
  out += ">\n  <properties>\n    <property name=\"seed\" value=\"" + std::to_string(report.seed) +
         "\"/>\n    <property name=\"fingerprint\" value=\"" + fingerprint_of(report) +
         "\"/>\n  </properties>\n";
  for (const Case& one : cases) out += element(one, suite);
  return out + "</testsuite>\n";
}

}  // namespace wavetank::reports
