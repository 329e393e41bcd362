#include "scenarios/engine/metrics/batch_meter.h"

#include <algorithm>
#include <string>

#include "scenarios/engine/statistics/estimate.h"
#include "scenarios/engine/statistics/observables.h"

namespace wavetank::engine {
namespace {

struct Figure {
  const char* name;
  Aggregator aggregator;
  Histogram::PerMillion quantile;
};

constexpr Figure of_histogram[] = {{"avg", Aggregator::avg, 0},
                                   {"med", Aggregator::med, 0},
                                   {"p(95)", Aggregator::p, 950'000},
                                   {"p(99)", Aggregator::p, 990'000}};

}  // namespace

void BatchMeter::start(Time now, Time end) {
  if (wanted_ == 0 || end <= now) return;
  length_ = (end - now) / static_cast<std::int64_t>(wanted_);
  began_ = now;
  next_ = now + length_;
  for (const MetricInfo& metric : metric_table) {
    if (metric.kind == MetricKind::gauge) continue;
    Watch& watch = store_.watch(metric, {}, length_);
    watch.next_window();
    const auto add = [&](const Figure& figure) {
      Row& row = rows_.emplace_back();
      row.watch = &watch;
      row.aggregator = figure.aggregator;
      row.quantile = figure.quantile;
      row.name = figure.name;
    };
    if (metric.kind == MetricKind::histogram) {
      std::for_each(std::begin(of_histogram), std::end(of_histogram), add);
    } else {
      add({metric.kind == MetricKind::ratio ? "value" : "rate",
           metric.kind == MetricKind::ratio ? Aggregator::value : Aggregator::rate, 0});
    }
  }
}

void BatchMeter::evaluate() {
  for (Row& row : rows_) {
    const Accumulator& seen = row.watch->window();
    const MetricInfo& metric = row.watch->metric();
    const auto value = seen.evaluate(metric, row.aggregator, row.quantile, length_);
    if (!value) continue;
    row.values.push_back(*value);
    const std::uint64_t n = metric.kind == MetricKind::histogram
                                ? seen.histogram.count()
                                : static_cast<std::uint64_t>(std::max(seen.tally.a, seen.tally.b));
    row.observations = std::min(row.observations, n);
  }
  ++ended_;
}

void BatchMeter::begin_next() {
  for (Row& row : rows_) row.watch->next_window();
  next_ = ended_ < wanted_ ? next_ + length_ : time_max;
}

std::optional<ReplicationResult> BatchMeter::result() const {
  if (wanted_ == 0 || ended_ < wanted_) return std::nullopt;
  ReplicationResult out;
  out.count = wanted_;
  out.batch_s = seconds(length_);
  out.warm_up_s = seconds(began_);
  out.warm_up_by = "file";
  for (const Row& row : rows_) {
    // A metric that was not observed in every batch says nothing by its batches.
    if (row.values.size() < wanted_) continue;
    const Estimate e = estimate(row.values);
    const MetricInfo& metric = row.watch->metric();
    ReplicatedMetric one;
    one.name = std::string(metric.name) + ' ' + row.name;
    one.unit = row.aggregator == Aggregator::rate ? "1/s" : name_of(metric.unit);
    one.n = e.n;
    one.mean = e.mean;
    one.sd = e.sd;
    if (e.has_interval()) one.half = e.half;
    one.observations = row.observations;
    one.few = metric.kind == MetricKind::histogram && row.observations < quantile_observations;
    out.metrics.push_back(std::move(one));
  }
  return out;
}

}  // namespace wavetank::engine
