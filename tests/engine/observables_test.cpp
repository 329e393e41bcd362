// Runs as named numbers, and what replications make of them.

#include "scenarios/engine/statistics/observables.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace wavetank::engine {
namespace {

RunReport report(double latency, std::uint64_t count, double errors) {
  RunReport out;
  MetricSummary histogram{"api.latency", "s", "histogram", count, latency, 0, latency, 0, 0, 0,
                          latency * 2, 0, 0};
  MetricSummary ratio;
  ratio.name = "api.errors";
  ratio.unit = "ratio";
  ratio.kind = "ratio";
  ratio.value = errors;
  out.metrics = {histogram, ratio};
  ThresholdResult threshold;
  threshold.expr = "api.latency  p(97) < 5s";
  threshold.value = latency * 1.5;
  threshold.holds = true;
  out.thresholds = {threshold};
  return out;
}

TEST_CASE("a threshold without its limit names an observable") {
  CHECK(observable_of("api.latency{priority=P0} p(99) < 30s") == "api.latency{priority=P0} p(99)");
  CHECK(observable_of("a   value>=3") == "a value");
  CHECK(observable_of("freshness p(99)") == "freshness p(99)");
  CHECK(observable_of("") == "");
}

TEST_CASE("thresholds come first; what was not observed has no mean") {
  const std::vector<Observable> some = observables(report(2, 10, 0.5));
  REQUIRE(some.size() == 10);
  CHECK(some[0].name == "api.latency p(97)");
  CHECK(some[0].value == 3);
  CHECK(some[0].unit == "s");
  CHECK(some[1].name == "api.latency avg");
  CHECK(some[1].value == 2);
  CHECK(some.back().name == "api.errors value");
  CHECK(observables(report(2, 0, 0.5)).size() == 2);
}

TEST_CASE("a sample keeps which run each value is from") {
  Sample sample;
  sample.add(report(1, 50'000, 0));
  sample.add(report(2, 0, 0));
  sample.add(report(3, 30'000, 0));
  const Sample::Row* row = sample.find("api.latency avg");
  REQUIRE(row != nullptr);
  CHECK(row->values == std::vector<double>{1, 3});
  CHECK(row->runs == std::vector<std::uint64_t>{0, 2});
  CHECK(row->observations == 30'000);
  CHECK(sample.find("api.latency p(98)") == nullptr);
  const std::vector<ReplicatedMetric> rows = replicated(sample);
  const auto p99 = std::find_if(rows.begin(), rows.end(),
                                [](const auto& one) { return one.name == "api.latency p(99)"; });
  REQUIRE(p99 != rows.end());
  CHECK(p99->n == 2);
  CHECK(p99->mean == 4);
  REQUIRE(p99->half.has_value());
  CHECK_FALSE(p99->few);
}

TEST_CASE("quantiles of few observations are marked, means are not") {
  Sample sample;
  sample.add(report(1, 19'999, 0));
  const std::vector<ReplicatedMetric> rows = replicated(sample);
  CHECK(std::count_if(rows.begin(), rows.end(), [](const auto& one) { return one.few; }) == 6);
  CHECK_FALSE(rows[0].half.has_value());
  CHECK(is_quantile("x med"));
  CHECK_FALSE(is_quantile("x avg"));
}

TEST_CASE("only runs that both sides observed make a pair") {
  Sample a, b;
  for (const double x : {1.0, 2.0, 3.0}) a.add(report(x, 10, 0.5));
  b.add(report(2, 10, 0.5));
  b.add(report(9, 0, 0.5));
  b.add(report(5, 10, 0.5));
  for (const Difference& one : differences(a, b)) {
    if (one.name == "api.latency avg") {
      CHECK(one.paired.difference.n == 2);
      CHECK(one.paired.difference.mean == 1.5);
      CHECK_FALSE(one.paired.identical);
    }
    if (one.name == "api.errors value") CHECK(one.paired.identical);
  }
}

}  // namespace
}  // namespace wavetank::engine
