#include "scenarios/engine/metrics/metric_registry.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "scenarios/engine/metrics/accumulator.h"

using namespace wavetank;
using namespace wavetank::engine;

TEST_CASE("the metrics that every report shows are there, each name once, each with a help") {
  const char* promised[] = {
      "api.latency", "api.requests", "api.errors", "process.latency", "processes.overdue",
      "freshness", "freshness.on_time", "queue.lag", "queue.lag_age", "queue.wait", "outbox.age",
      "launcher.latency", "job.duration", "task.duration", "tasks.skew", "tasks.oom_killed",
      "executors.lost", "scheduler.latency", "spill.ratio", "spill.bytes", "callbacks.attempts",
      "callbacks.duplicates", "callbacks.late", "retries.amplification", "breaker.open",
      "cache.hit_ratio", "cache.stale_reads", "db.utilisation", "db.wait", "workers.utilisation",
      "reconciler.repaired", "dead_letters"};
  for (const char* name : promised) {
    CAPTURE(name);
    CHECK(find_metric(name) != nullptr);
  }
  std::set<std::string> names;
  for (const MetricInfo& metric : metric_table) {
    CAPTURE(metric.name);
    CHECK(names.insert(metric.name).second);
    CHECK(std::string(metric.help).ends_with("."));
  }
}

TEST_CASE("a filter without a phase covers all but the warm-up") {
  const LabelFilter all;
  Labels labels;
  labels.phase = RunPhase::warm_up;
  CHECK_FALSE(all.matches(labels, LabelSet::ticket));
  labels.phase = RunPhase::settle;
  CHECK(all.matches(labels, LabelSet::ticket));
  LabelFilter urgent;
  CHECK(set_label(urgent, "priority", "P0"));
  CHECK(set_label(urgent, "phase", "settle"));
  CHECK_FALSE(urgent.matches(labels, LabelSet::ticket));
  labels.priority = Priority::p0;
  CHECK(urgent.matches(labels, LabelSet::ticket));
  CHECK(text_of(urgent) == "{priority=P0, phase=settle}");
  CHECK_FALSE(set_label(urgent, "priority", "P7"));
  CHECK_FALSE(set_label(urgent, "action", "256"));
}

TEST_CASE("values are written as people read them") {
  CHECK(human(MetricUnit::seconds, 0.088) == "88 ms");
  CHECK(human(MetricUnit::seconds, 0.0000012) == "1.2 us");
  CHECK(human(MetricUnit::seconds, 12.34) == "12.3 s");
  CHECK(human(MetricUnit::seconds, 2463) == "41m 3s");
  CHECK(human(MetricUnit::seconds, 3 * 3600 + 60) == "3h 1m");
  CHECK(human(MetricUnit::seconds, 0) == "0 s");
  CHECK(human(MetricUnit::bytes, 8.8e12) == "8.8 TB");
  CHECK(human(MetricUnit::bytes, 512) == "512 B");
  CHECK(human(MetricUnit::share, 1) == "100 %");
  CHECK(human(MetricUnit::share, 0.996) == "99.6 %");
  CHECK(human(MetricUnit::share, 0.99996) == "99.9960 %");
  CHECK(human(MetricUnit::share, 0.0123) == "1.23 %");
  CHECK(human(MetricUnit::multiple, 1.25) == "1.25x");
  CHECK(human(MetricUnit::number, 1204) == "1,204");
  CHECK(human(MetricUnit::number, 1234567) == "1,234,567");
  CHECK(human(MetricUnit::number, 2.5) == "2.5");
}

TEST_CASE("aggregators answer in the metric's unit, or not at all") {
  const MetricInfo& latency = info_of(Metric::api_latency);
  Accumulator samples;
  CHECK_FALSE(samples.evaluate(latency, Aggregator::avg, 0, minutes(1)));
  CHECK(samples.evaluate(latency, Aggregator::count, 0, minutes(1)) == 0.0);
  samples.histogram.record(100);
  samples.histogram.record(200);
  CHECK(samples.evaluate(latency, Aggregator::avg, 0, minutes(1)) == 150e-9);
  CHECK(samples.evaluate(latency, Aggregator::max, 0, minutes(1)) == 200e-9);
  CHECK(samples.evaluate(latency, Aggregator::med, 0, minutes(1)) == 100e-9);
  CHECK(samples.evaluate(latency, Aggregator::rate, 0, whole_seconds(4)) == 0.5);
  CHECK_FALSE(samples.evaluate(latency, Aggregator::rate, 0, Duration{}));

  Accumulator ratio;
  const MetricInfo& hits = info_of(Metric::cache_hit_ratio);
  CHECK_FALSE(ratio.evaluate(hits, Aggregator::value, 0, minutes(1)));
  ratio.tally = {3, 4};
  CHECK(ratio.evaluate(hits, Aggregator::value, 0, minutes(1)) == 0.75);
  CHECK(ratio.evaluate(hits, Aggregator::count, 0, minutes(1)) == 3.0);

  Accumulator counter;
  const MetricInfo& dead = info_of(Metric::dead_letters);
  CHECK(counter.evaluate(dead, Aggregator::count, 0, minutes(1)) == 0.0);
  counter.tally = {30, 0};
  CHECK(counter.evaluate(dead, Aggregator::rate, 0, minutes(1)) == 0.5);
}
