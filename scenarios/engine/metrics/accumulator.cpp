#include "scenarios/engine/metrics/accumulator.h"

namespace wavetank::engine {
namespace {

std::optional<double> per_second(double total, Duration elapsed) {
  if (elapsed.ns <= 0) return std::nullopt;
  return total / seconds(elapsed);
}

}  // namespace

bool fits(Aggregator aggregator, MetricKind kind) {
  switch (aggregator) {
    case Aggregator::avg:
    case Aggregator::min:
    case Aggregator::max:
    case Aggregator::med:
    case Aggregator::p: return kind == MetricKind::histogram || kind == MetricKind::gauge;
    case Aggregator::count:
    case Aggregator::rate: return kind != MetricKind::gauge;
    case Aggregator::value: break;
  }
  return kind != MetricKind::histogram;
}

void Accumulator::merge(const Accumulator& other) {
  histogram.merge(other.histogram);
  tally.a += other.tally.a;
  tally.b += other.tally.b;
}

void Accumulator::clear() {
  histogram.clear();
  tally = {};
}

std::optional<double> Accumulator::evaluate_samples(const MetricInfo& metric,
                                                    Aggregator aggregator,
                                                    Histogram::PerMillion q) const {
  if (histogram.empty()) return std::nullopt;
  const auto raw = [&metric](std::int64_t value) {
    return in_unit(metric.unit, static_cast<double>(value));
  };
  switch (aggregator) {
    case Aggregator::avg: return in_unit(metric.unit, histogram.mean());
    case Aggregator::min: return raw(histogram.min());
    case Aggregator::max: return raw(histogram.max());
    case Aggregator::med: return raw(histogram.quantile(500'000));
    case Aggregator::p: return raw(histogram.quantile(q));
    default: return std::nullopt;
  }
}

std::optional<double> Accumulator::evaluate(const MetricInfo& metric, Aggregator aggregator,
                                            Histogram::PerMillion q, Duration elapsed) const {
  const auto a = static_cast<double>(tally.a);
  switch (metric.kind) {
    case MetricKind::histogram: {
      const auto n = static_cast<double>(histogram.count());
      if (aggregator == Aggregator::count) return n;
      if (aggregator == Aggregator::rate) return per_second(n, elapsed);
      return evaluate_samples(metric, aggregator, q);
    }
    case MetricKind::counter:
      if (aggregator == Aggregator::rate) return per_second(in_unit(metric.unit, a), elapsed);
      return in_unit(metric.unit, a);
    case MetricKind::ratio:
      if (aggregator == Aggregator::count) return a;
      if (tally.b == 0) return std::nullopt;
      return a / static_cast<double>(tally.b);
    case MetricKind::gauge: break;
  }
  if (aggregator != Aggregator::value) return evaluate_samples(metric, aggregator, q);
  if (tally.b == 0) return std::nullopt;
  return in_unit(metric.unit, a);
}

}  // namespace wavetank::engine
