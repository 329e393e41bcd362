#include <doctest/doctest.h>

#include "tests/engine/metrics_feed.h"

using namespace wavetank;
using namespace wavetank::engine;

namespace {

constexpr Duration second = whole_seconds(1);

Threshold windowed(std::string_view text, Duration window, bool abort = false) {
  Threshold threshold = threshold_of(text);
  threshold.window = window;
  threshold.abort = abort;
  return threshold;
}

CollectorSettings judging(std::vector<Threshold> thresholds) {
  CollectorSettings settings;
  settings.thresholds = std::move(thresholds);
  return settings;
}

/// An answer that comes `took` after its planned arrival, at `at`.
void answer(Feed& feed, Duration at, Duration took, Priority priority = Priority::p1) {
  feed.to(at);
  feed.answer(ticket_of(0, at - took, minutes(1), priority), 200, Route::status);
}

}  // namespace

TEST_CASE("a threshold without a window is judged over the run after its warm-up") {
  Feed feed(judging({threshold_of("api.latency max < 1s"), threshold_of("api.latency max < 4s"),
                     threshold_of("api.latency{phase=warm_up} max < 4s"),
                     threshold_of("api.latency{priority=P0} max < 1s"),
                     threshold_of("dead_letters count < 1"),
                     threshold_of("api.latency{priority=P2} max < 1s")}));
  answer(feed, second * 10, second * 5);
  feed.to(second * 20);
  feed.collector.enter(RunPhase::chaos, feed.now());
  answer(feed, second * 30, milliseconds(200), Priority::p0);
  answer(feed, second * 42, second * 2);
  const auto results = feed.finish(second * 60).thresholds;
  REQUIRE(results.size() == 6);
  CHECK_FALSE(results[0].holds);
  CHECK(results[0].observed == "2 s");
  CHECK(results[0].value == 2);
  CHECK(results[0].since == 45);  // it is looked at every five seconds
  CHECK(results[1].holds);
  CHECK_FALSE(results[1].since);
  CHECK_FALSE(results[2].holds);
  CHECK(results[3].holds);
  CHECK(results[3].observed == "200 ms");
  CHECK(results[4].holds);
  CHECK(results[5].undecided);
  CHECK_FALSE(results[5].holds);
}

TEST_CASE("every full window must hold; those without observations do not count") {
  Feed feed(judging({windowed("api.latency max < 1s", second * 10),
                     windowed("api.latency max < 3s", second * 10)}));
  feed.to(second * 5);
  feed.collector.enter(RunPhase::chaos, feed.now());
  answer(feed, second * 6, milliseconds(100));
  answer(feed, second * 28, second * 2);  // in the window from 25 s on
  answer(feed, second * 47, second * 9);  // in the last window, which is not full
  const auto results = feed.finish(second * 50).thresholds;
  CHECK_FALSE(results[0].holds);
  CHECK(results[0].since == 25);
  CHECK(results[0].value == 2);
  CHECK(results[0].window == "10s");
  CHECK(results[0].observed == "2 s in the worst window, at 25 s; 1 of 2 failed");
  CHECK(results[1].holds);
}

TEST_CASE("windows that are all empty decide nothing; a count of nothing is a count") {
  Feed feed(judging({windowed("api.latency max < 1s", second * 10),
                     windowed("goodput rate >= 1/s", second * 10),
                     windowed("goodput{phase=settle} rate >= 1/s", second * 10)}));
  feed.collector.enter(RunPhase::chaos, feed.now());
  const auto results = feed.finish(second * 60).thresholds;
  CHECK(results[0].undecided);
  CHECK_FALSE(results[1].holds);
  CHECK(results[1].since == 0);
  CHECK(results[2].undecided);  // the run never settled
}

TEST_CASE("a window that fails stops the run if it is asked to") {
  Feed feed(judging({windowed("api.latency max < 1s", second * 10, true)}));
  feed.collector.enter(RunPhase::chaos, feed.now());
  answer(feed, second * 3, milliseconds(100));
  answer(feed, second * 15, second * 2);
  CHECK_FALSE(feed.collector.aborted());
  feed.to(second * 20);
  CHECK(feed.collector.aborted());
  const auto results = feed.finish(second * 21, Ending::cut_short).thresholds;
  CHECK(results[0].aborted);
}

TEST_CASE("without a window it may stop the run each minute, but not while a count still grows") {
  Threshold latency = threshold_of("api.latency max < 1s");
  Threshold enough = threshold_of("goodput count > 100");
  latency.abort = true;
  enough.abort = true;
  Feed feed(judging({latency, enough}));
  feed.collector.enter(RunPhase::chaos, feed.now());
  feed.to(minutes(1));
  CHECK_FALSE(feed.collector.aborted());
  answer(feed, second * 70, second * 2);
  feed.to(second * 90);
  CHECK_FALSE(feed.collector.aborted());
  feed.to(minutes(2));
  CHECK(feed.collector.aborted());
}

TEST_CASE("the steady state is judged between the warm-up and the first fault") {
  const auto run = [](Duration slow_at) {
    Feed feed(judging({threshold_of("api.latency max < 1s"),
                       threshold_of("api.latency{phase=settle} max < 1ms"),
                       threshold_of("freshness max < 1s")}));
    for (Duration at = second * 2; at < second * 40; at += second * 2) {
      if (at == second * 10) feed.collector.enter(RunPhase::chaos, feed.now());
      if (at == second * 20) feed.note(EventKind::fault_started, {}, 0);
      answer(feed, at, at == slow_at ? second * 2 : milliseconds(50));
    }
    return feed.collector.steady();
  };
  CHECK(run(second * 4).holds());
  CHECK(run(second * 30).holds());
  const SteadyState shaken = run(second * 14);
  CHECK(shaken.judged);
  CHECK_FALSE(shaken.holds());
  REQUIRE(shaken.broken.size() == 1);
  CHECK(shaken.broken[0] == "api.latency max < 1s: 2 s");
}

TEST_CASE("there is no steady state where a fault strikes at once") {
  Feed feed(judging({threshold_of("api.latency max < 1s")}));
  feed.collector.enter(RunPhase::chaos, feed.now());
  feed.note(EventKind::fault_started, {}, 0);
  CHECK_FALSE(feed.collector.steady().judged);
}

TEST_CASE("gauges and resources are judged over their samples") {
  Feed feed(judging({threshold_of("queue.lag max < 2"), threshold_of("queue.lag value < 2"),
                     windowed("queue.lag p(50) < 2", second * 10)}));
  feed.collector.enter(RunPhase::chaos, feed.now());
  feed.to(second * 11);
  for (std::uint32_t i = 0; i < 3; ++i) feed.note(EventKind::message_published, ticket_of(i, {}));
  feed.to(second * 19);
  for (std::uint32_t i = 0; i < 3; ++i) feed.note(EventKind::message_consumed, ticket_of(i, {}));
  const auto results = feed.finish(second * 30).thresholds;
  CHECK_FALSE(results[0].holds);
  CHECK(results[0].observed == "3");
  CHECK(results[1].holds);
  CHECK_FALSE(results[2].holds);
  CHECK(results[2].since == 10);
}
