#include "scenarios/engine/observed.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "scenarios/engine/metrics/threshold.h"

namespace wavetank::engine {

namespace {

/// Leaves of what broke it only what was seen. False where that is nothing.
bool broken_by_presence(InvariantResult& result) {
  if (result.verdict != "broken") return false;
  result.violations -= std::exchange(result.absences, 0);
  std::erase_if(result.evidence, [](const Evidence& one) { return one.absence; });
  return result.violations > 0;
}

void leave_undecided(InvariantResult& result) {
  result.verdict = "undecided";
  result.violations = result.absences = 0;
  result.evidence.clear();
}

/// Something that is not in doubt has broken it.
bool broken_beyond(const Blind& blind, InvariantResult& result) {
  if (result.verdict != "broken") return false;
  if (blind.broken_counts) return broken_by_presence(result);
  const auto known = [&blind](const Evidence& one) {
    return one.output.valid() && !blind.outputs.contains(one.output);
  };
  return !blind.outputs.empty() &&
         std::any_of(result.evidence.begin(), result.evidence.end(), known);
}

/// "freshness{priority=P0} p(99) < 30s" is about freshness.
bool about(const std::vector<std::string>& metrics, const std::string& text) {
  const std::string metric = text.substr(0, text.find_first_of("{ "));
  return std::find(metrics.begin(), metrics.end(), metric) != metrics.end();
}

void leave_unknown(ThresholdResult& one, const std::string& why) {
  one.undecided = true;
  one.holds = false;
  one.unseen = why;
}

/// Whether a failure of it is one that was seen: more was counted than may be.
bool counts_too_many(const ThresholdResult& one, const Threshold& rule) {
  return !one.holds && rule.aggregator == Aggregator::count &&
         (rule.comparison == Comparison::less || rule.comparison == Comparison::less_equal);
}

/// Nothing that others should have told holds by their silence.
void doubt_thresholds(const std::string& why, RunReport& report) {
  for (ThresholdResult& one : report.thresholds) {
    const ParsedThreshold read = parse_threshold(one.expr);
    if (one.undecided || (read.value && told_by_the_load(read.value->metric->id))) continue;
    if (!read.value || !counts_too_many(one, *read.value)) {
      leave_unknown(one, "the platform did not show everything: " + why);
    }
  }
}

void forget(const std::string& why, FaultResult& fault) {
  for (Around* around : {&fault.before, &fault.during, &fault.after}) {
    around->freshness_p99 = around->oldest_age = around->on_time = std::nullopt;
  }
  if (fault.recovery.verdict != "none") fault.recovery = {"none", std::nullopt, why};
}

}  // namespace

bool told_by_the_load(Metric metric) {
  constexpr Metric all[] = {Metric::api_latency, Metric::api_requests, Metric::api_errors,
                            Metric::reads, Metric::reads_trusted};
  return std::find(std::begin(all), std::end(all), metric) != std::end(all);
}

void doubt_figures(const Observed& observed, RunReport& report) {
  const std::string& lacking = observed.gaps.empty() ? observed.lacking : observed.gaps.front();
  if (!lacking.empty()) doubt_thresholds(lacking, report);
  for (ThresholdResult& one : report.thresholds) {
    if (one.value == 0 && about(observed.untold, one.expr)) {
      leave_unknown(one, "nobody tells it on this platform");
    }
  }
  if (observed.late.empty()) return;
  for (ThresholdResult& one : report.thresholds) {
    if (about(observed.late, one.expr)) leave_unknown(one, observed.late_why);
  }
  std::erase_if(report.metrics,
                [&](const MetricSummary& one) { return about(observed.late, one.name); });
  std::erase_if(report.series.tracks,
                [&](const Series::Track& one) { return about(observed.late, one.name); });
  for (FaultResult& fault : report.faults) forget(observed.late_why, fault);
  if (report.recovery.verdict != "none") {
    report.recovery = {"none", std::nullopt, observed.late_why};
  }
  report.notes.push_back(observed.late_why + ": no figure that rests on when states were seen");
}

void add_doubts(const Observed& observed, RunReport& report) {
  std::string blind;
  for (const Blind& one : observed.blind) {
    for (InvariantResult& result : report.invariants) {
      if (result.name != one.invariant) continue;
      if (broken_beyond(one, result)) continue;
      leave_undecided(result);
      blind += (blind.empty() ? "" : "; ") + one.invariant + ": " + one.why;
    }
  }
  if (!blind.empty()) report.notes.push_back("not seen enough to judge: " + blind);
  for (const std::string& note : observed.notes) report.notes.push_back(note);
  if (observed.gaps.empty()) return;
  for (InvariantResult& result : report.invariants) {
    if (!broken_by_presence(result)) leave_undecided(result);
  }
  for (const std::string& gap : observed.gaps) report.notes.push_back("not shown: " + gap);
}

}  // namespace wavetank::engine
