#include <algorithm>

#include "scenarios/engine/metrics/collector.h"

namespace wavetank::engine {
namespace {

MetricSummary summary_of(const MetricInfo& metric, const LabelFilter& filter,
                         const Accumulator& all) {
  MetricSummary out;
  out.name = metric.name + text_of(filter, metric.labels);
  out.unit = name_of(metric.unit);
  out.kind = name_of(metric.kind);
  const auto raw = [&metric](std::int64_t v) {
    return in_unit(metric.unit, static_cast<double>(v));
  };
  if (metric.kind == MetricKind::counter || metric.kind == MetricKind::ratio) {
    out.count = static_cast<std::uint64_t>(std::max<std::int64_t>(0, all.tally.a));
    out.value = all.evaluate(metric, Aggregator::value, 0, {}).value_or(0);
    return out;
  }
  const Histogram& histogram = all.histogram;
  out.count = histogram.count();
  out.mean = in_unit(metric.unit, histogram.mean());
  out.min = raw(histogram.min());
  out.max = raw(histogram.max());
  out.p50 = raw(histogram.quantile(500'000));
  out.p90 = raw(histogram.quantile(900'000));
  out.p95 = raw(histogram.quantile(950'000));
  out.p99 = raw(histogram.quantile(990'000));
  out.p999 = raw(histogram.quantile(999'000));
  if (metric.kind == MetricKind::gauge) out.value = raw(all.tally.a);
  return out;
}

bool observed(const Accumulator& all) {
  return !all.histogram.empty() || all.tally.a != 0 || all.tally.b != 0;
}

/// Every single label that a metric can have, in the order in which they are shown.
std::vector<LabelFilter> filters_of(LabelSet set, const std::vector<std::uint8_t>& actions,
                                    const PlaceNames& places) {
  std::vector<LabelFilter> out;
  for (const std::string& label : label_names(set)) {
    std::vector<std::string> values = label_values(label, places);
    if (label == "action" && actions.size() > 1) {
      for (const std::uint8_t action : actions) values.push_back(std::to_string(action));
    }
    for (const std::string& value : values) set_label(out.emplace_back(), label, value, places);
  }
  return out;
}

}  // namespace

void Collector::report(RunReport& report) const {
  const std::vector<std::uint8_t> actions = board_.store.actions();
  for (const MetricInfo& metric : metric_table) {
    const Accumulator whole = board_.store.collect(metric.id, {});
    // What belongs to the other kind of platform is absent, unless it was observed all the same.
    const bool foreign = placed(metric.labels) != settings_.places.network();
    if (foreign && !observed(whole)) continue;
    report.metrics.push_back(summary_of(metric, {}, whole));
    for (const LabelFilter& filter : filters_of(metric.labels, actions, settings_.places)) {
      const Accumulator all = board_.store.collect(metric.id, filter);
      if (observed(all)) report.metrics.push_back(summary_of(metric, filter, all));
    }
  }
  report.jobs = jobs();
  report.phases = board_.clock.phases(samples_.end);
  report.series = series_.series(settings_.grid);
  report.resources = resources_.ranking();
  report.thresholds = judge_.results();
  report.replications = batches_.result();
  report_faults(report);
}

void Collector::report_faults(RunReport& report) const {
  const std::size_t told = report.faults.size();
  if (told < faults_.size()) report.faults.resize(faults_.size());
  std::vector<Recovery> all;
  for (std::size_t i = 0; i < faults_.size(); ++i) {
    const FaultSpan& span = faults_[i];
    if (span.from == time_max) continue;  // it never struck
    FaultResult& result = report.faults[i];
    const Time to = std::min(span.to, samples_.end);
    if (i < told && result.fired == 0) {
      result.recovery.why = "it never fired";
    } else if (ending_ == Ending::complete) {
      result.recovery = judge_recovery(samples_, faults_, i, settings_.recovery);
    } else {
      result.recovery.why = "the run was cut short";
    }
    all.push_back(result.recovery);
    const auto [before, at] = before_fault(samples_, faults_, i);
    result.before = around(samples_, before, at);
    result.during = around(samples_, span.from, to);
    arrived_.read_fault(i, result.during);
    const bool stuck = result.recovery.verdict == "stuck";
    const Time back = to + from_seconds(result.recovery.after_s.value_or(0));
    const Time until = stuck ? samples_.end : back + std::max(minutes(10), to - span.from);
    result.after = around(samples_, back, until);
    arrived_.read(back, until, result.after);
  }
  report.recovery = worst_of(all);
}

}  // namespace wavetank::engine
