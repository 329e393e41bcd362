#include <doctest/doctest.h>

#include <functional>

#include "scenarios/engine/metrics/histogram.h"
#include "tests/engine/metrics_feed.h"

using namespace wavetank;
using namespace wavetank::engine;

namespace {

constexpr Duration second = whole_seconds(1);

Time at(Duration d) {
  return Time{d.ns};
}

/// A steady load of 100/s for 10 minutes, then 2 minutes to settle, second by second.
RunSamples steady(const std::function<void(std::int64_t, TickSample&)>& change) {
  RunSamples run;
  run.end = at(minutes(12));
  run.drained = true;
  for (std::int64_t s = 0; s < 720; ++s) {
    TickSample sample;
    if (s < 600) sample = {100, 100, 100, 0, 100, 0, second * 2, {}};
    change(s, sample);
    run.ticks.push_back(sample);
  }
  return run;
}

const std::vector<FaultSpan> from_2_to_4 = {{at(minutes(2)), at(minutes(4))}};

Recovery judge(const RunSamples& run, RecoverySettings settings = {}) {
  return judge_recovery(run, from_2_to_4, 0, settings);
}

bool in(std::int64_t s, std::int64_t from, std::int64_t to) {
  return s >= from && s < to;
}

}  // namespace

TEST_CASE("a fault that ends with its damage has recovered at once") {
  const Recovery recovery = judge(steady([](std::int64_t s, TickSample& tick) {
    if (in(s, 120, 240)) tick.errors = 50;
  }));
  CHECK(recovery.verdict == "recovers");
  CHECK(recovery.after_s == 0);
}

TEST_CASE("recovery takes as long as errors, goodput or the oldest work need") {
  const auto after = [](const std::function<void(TickSample&)>& damage) {
    return judge(steady([&damage](std::int64_t s, TickSample& tick) {
      if (in(s, 120, 330)) damage(tick);
    }));
  };
  const Recovery errors = after([](TickSample& tick) { tick.errors = 100; });
  CHECK(errors.verdict == "recovers");
  CHECK(*errors.after_s == doctest::Approx(90).epsilon(0.02));  // a share of 1 % may be left
  const Recovery goodput = after([](TickSample& tick) { tick.on_time = 0; });
  CHECK(goodput.verdict == "recovers");
  CHECK(*goodput.after_s > 70);
  CHECK(*goodput.after_s <= 90);
  const Recovery oldest = after([](TickSample& tick) { tick.oldest = minutes(2); });
  CHECK(oldest.verdict == "recovers");
  CHECK(oldest.after_s == 90);
}

TEST_CASE("beyond what is allowed it is slow") {
  RecoverySettings settings;
  settings.within = whole_seconds(30);
  const auto run = steady([](std::int64_t s, TickSample& tick) {
    if (in(s, 120, 330)) tick.oldest = minutes(2);
  });
  CHECK(judge(run, settings).verdict == "slow");
  settings.within = minutes(2);
  CHECK(judge(run, settings).verdict == "recovers");
}

TEST_CASE("a short calm is no recovery: it must hold") {
  const auto run = steady([](std::int64_t s, TickSample& tick) {
    if (in(s, 120, 300) || in(s, 330, 400)) tick.oldest = minutes(2);
  });
  CHECK(judge(run).after_s == 160);
  RecoverySettings brief;
  brief.hold = whole_seconds(20);
  CHECK(judge(run, brief).after_s == 60);
}

TEST_CASE("damage that stays when the trigger is gone is metastable") {
  auto run = steady([](std::int64_t s, TickSample& tick) {
    if (s >= 120) tick.on_time = 0, tick.errors = tick.answered, tick.oldest = minutes(3);
  });
  run.drained = false;
  const Recovery recovery = judge(run);
  CHECK(recovery.verdict == "stuck");
  CHECK(recovery.why != "");
}

TEST_CASE("what comes back only because the load has ended is stuck too") {
  const auto run = steady([](std::int64_t s, TickSample& tick) {
    if (s >= 120 && s < 600) tick.on_time = 0, tick.errors = tick.answered;
  });
  const Recovery recovery = judge(run);
  CHECK(recovery.verdict == "stuck");
  CHECK(recovery.why == "errors 100 % against 0 % before, until the load ended");
}

TEST_CASE("old work that drains after the load is slow work, not a metastable failure") {
  const auto run = steady([](std::int64_t s, TickSample& tick) {
    if (in(s, 120, 640)) tick.oldest = minutes(5);
  });
  CHECK(judge(run).verdict == "recovers");
  CHECK(judge(run).after_s == 400);
}

TEST_CASE("for a trace goodput does not count") {
  const auto run = steady([](std::int64_t s, TickSample& tick) {
    if (s >= 120) tick.on_time = 0;
  });
  CHECK(judge(run).verdict == "stuck");
  RecoverySettings trace;
  trace.trace = true;
  CHECK(judge(run, trace).verdict == "recovers");
}

TEST_CASE("a fault that outlives the run is not judged") {
  const auto run = steady([](std::int64_t, TickSample&) {});
  CHECK(judge_recovery(run, {{at(minutes(2)), time_max}}, 0, {}).verdict == "none");
}

TEST_CASE("the level before a fault is read after the one before it") {
  const auto run = steady([](std::int64_t, TickSample&) {});
  const std::vector<FaultSpan> faults = {{at(minutes(1)), at(minutes(2))},
                                         {at(minutes(5)), at(minutes(6))},
                                         {at(minutes(6)), at(minutes(7))}};
  CHECK(before_fault(run, faults, 1).first == at(minutes(2)));
  CHECK(before_fault(run, faults, 2).first == Time{});  // no time lies between
}

TEST_CASE("the worst verdict stands for all, with its time") {
  const auto one = [](const char* verdict, std::optional<double> after) {
    Recovery recovery;
    recovery.verdict = verdict;
    recovery.after_s = after;
    return recovery;
  };
  CHECK(worst_of({}).verdict == "none");
  CHECK(worst_of({one("recovers", 3), one("recovers", 9), one("recovers", 5)}).after_s == 9);
  CHECK(worst_of({one("slow", 3), one("recovers", 9)}).verdict == "slow");
  CHECK(worst_of({one("slow", 3), one("stuck", {})}).verdict == "stuck");
}

TEST_CASE("before, during and after are figures of their intervals") {
  const auto run = steady([](std::int64_t s, TickSample& tick) {
    const bool hit = in(s, 120, 240);
    if (s >= 600) return;
    const std::int64_t fresh = hit ? minutes(19).ns : minutes(6).ns;
    tick.freshness = {{Histogram::index_of(static_cast<std::uint64_t>(fresh)), 100}};
    if (hit) tick.errors = 25, tick.missed = 100, tick.on_time = 0;
  });
  const Around before = around(run, at({}), at(minutes(2)));
  const Around during = around(run, at(minutes(2)), at(minutes(4)));
  const Around quiet = around(run, at(minutes(11)), at(minutes(12)));
  CHECK(*before.freshness_p99 == doctest::Approx(360).epsilon(0.004));
  CHECK(*during.freshness_p99 == doctest::Approx(19 * 60).epsilon(0.004));
  CHECK(during.error_rate == 0.25);
  CHECK(before.error_rate == 0);
  CHECK(during.on_time == 0);
  CHECK(before.on_time == 1);
  CHECK(before.oldest_age == 2);
  CHECK_FALSE(quiet.freshness_p99);
  CHECK_FALSE(quiet.error_rate);
}

TEST_CASE("the collector judges each fault from its own samples") {
  CollectorSettings settings;
  settings.fault_names = {"latency", "never"};
  Feed feed(settings);
  feed.collector.enter(RunPhase::chaos, feed.now());
  std::uint32_t id = 0;
  for (std::int64_t s = 0; s < 600; ++s) {
    feed.to(second * s);
    if (s == 120) feed.note(EventKind::fault_started, {}, 0);
    if (s == 240) feed.note(EventKind::fault_ended, {}, 0);
    for (int k = 0; k < 5; ++k) {
      const Ticket ticket = ticket_of(id++, second * s);
      feed.send(ticket);
      feed.accept(ticket);
      feed.answer(ticket, in(s, 120, 300) ? 500 : 202);
      feed.publish_manifest(ticket);
      feed.end(ticket, ProcessState::succeeded);
    }
  }
  const RunReport report = feed.finish(second * 660);
  REQUIRE(report.faults.size() == 2);
  CHECK(report.faults[0].recovery.verdict == "recovers");
  CHECK(*report.faults[0].recovery.after_s == doctest::Approx(60).epsilon(0.05));
  CHECK(report.faults[0].during.error_rate == 1);
  CHECK(report.faults[0].before.error_rate == 0);
  CHECK(report.faults[0].after.error_rate.value_or(1) < 0.01);
  CHECK(report.faults[1].recovery.verdict == "none");
  CHECK(report.recovery.verdict == "recovers");
}
