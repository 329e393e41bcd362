#include "scenarios/engine/statistics/observables.h"

#include <algorithm>

#include "scenarios/engine/findings.h"

namespace wavetank::engine {
namespace {

struct Aggregate {
  const char* name;
  double MetricSummary::*value;
};

constexpr Aggregate of_histogram[] = {
    {"avg", &MetricSummary::mean},   {"min", &MetricSummary::min},
    {"med", &MetricSummary::p50},    {"p(90)", &MetricSummary::p90},
    {"p(95)", &MetricSummary::p95},  {"p(99)", &MetricSummary::p99},
    {"p(99.9)", &MetricSummary::p999}, {"max", &MetricSummary::max},
};
constexpr Aggregate of_gauge[] = {{"avg", &MetricSummary::mean}, {"max", &MetricSummary::max}};

void add_metric(const MetricSummary& metric, std::vector<Observable>& out) {
  const auto add = [&](const Aggregate& one) {
    out.push_back({metric.name + ' ' + one.name, metric.unit, metric.*one.value, metric.count});
  };
  if (metric.kind == "histogram") {
    if (metric.count > 0) std::for_each(std::begin(of_histogram), std::end(of_histogram), add);
  } else if (metric.kind == "gauge") {
    if (metric.count > 0) std::for_each(std::begin(of_gauge), std::end(of_gauge), add);
  } else {
    const char* aggregate = metric.kind == "counter" ? " count" : " value";
    out.push_back({metric.name + aggregate, metric.unit, metric.value, 0});
  }
}

const MetricSummary* find_summary(const RunReport& report, std::string_view name) {
  for (const MetricSummary& one : report.metrics) {
    if (one.name == name) return &one;
  }
  return nullptr;
}

}  // namespace

std::string observable_of(std::string_view threshold) {
  std::string out;
  int braces = 0;
  for (const char c : threshold) {
    if (c == '{') ++braces;
    if (c == '}') --braces;
    if (braces == 0 && std::string_view("<>=!").find(c) != std::string_view::npos) break;
    const bool space = c == ' ' || c == '\t';
    if (!space || (!out.empty() && out.back() != ' ')) out += space ? ' ' : c;
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

bool is_quantile(std::string_view observable) {
  return observable.ends_with(" med") || observable.find(" p(") != std::string_view::npos;
}

std::vector<Observable> observables(const RunReport& report) {
  std::vector<Observable> out;
  for (const ThresholdResult& one : report.thresholds) {
    if (one.undecided || !one.window.empty()) continue;
    const MetricSummary* metric = find_summary(report, metric_of(one.expr));
    out.push_back({observable_of(one.expr), metric != nullptr ? metric->unit : "", one.value,
                   metric != nullptr ? metric->count : 0});
  }
  for (const MetricSummary& metric : report.metrics) add_metric(metric, out);
  return out;
}

void Sample::add(const RunReport& report, std::span<const Observable> more) {
  std::vector<Observable> all(more.begin(), more.end());
  for (Observable& one : observables(report)) all.push_back(std::move(one));
  for (Observable& one : all) {
    const auto [found, fresh] = places_.try_emplace(one.name, rows_.size());
    if (fresh) rows_.push_back({one.name, one.unit, {}, {}, one.observations});
    Row& row = rows_[found->second];
    if (!row.runs.empty() && row.runs.back() == runs_) continue;  // a threshold's own, once more
    row.values.push_back(one.value);
    row.runs.push_back(runs_);
    row.observations = std::min(row.observations, one.observations);
  }
  ++runs_;
}

const Sample::Row* Sample::find(std::string_view name) const {
  const auto found = places_.find(name);
  return found == places_.end() ? nullptr : &rows_[found->second];
}

std::vector<ReplicatedMetric> replicated(const Sample& sample) {
  std::vector<ReplicatedMetric> out;
  for (const Sample::Row& row : sample.rows()) {
    const Estimate e = estimate(row.values);
    ReplicatedMetric one;
    one.name = row.name;
    one.unit = row.unit;
    one.n = e.n;
    one.mean = e.mean;
    one.sd = e.sd;
    if (e.has_interval()) one.half = e.half;
    one.observations = row.observations;
    one.few = is_quantile(row.name) && row.observations < quantile_observations;
    out.push_back(std::move(one));
  }
  return out;
}

std::vector<Difference> differences(const Sample& a, const Sample& b) {
  std::vector<Difference> out;
  for (const Sample::Row& left : a.rows()) {
    const Sample::Row* right = b.find(left.name);
    if (right == nullptr) continue;
    std::vector<double> x, y;
    std::size_t j = 0;
    for (std::size_t i = 0; i < left.runs.size(); ++i) {
      while (j < right->runs.size() && right->runs[j] < left.runs[i]) ++j;
      if (j == right->runs.size()) break;
      if (right->runs[j] != left.runs[i]) continue;
      x.push_back(left.values[i]);
      y.push_back(right->values[j]);
    }
    if (!x.empty()) out.push_back({left.name, left.unit, paired_difference(x, y)});
  }
  return out;
}

}  // namespace wavetank::engine
