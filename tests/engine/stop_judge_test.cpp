// Thresholds that may stop a run, judged from events as they are heard of.

#include "scenarios/engine/stop_judge.h"

#include <doctest/doctest.h>

#include "tests/engine/metrics_feed.h"

using namespace wavetank;
using namespace wavetank::engine;

namespace {

constexpr Duration second = whole_seconds(1);

Scenario guarded(std::string_view text, std::optional<Duration> window, bool abort = true) {
  Scenario scenario;
  scenario.warm_up = second * 10;
  scenario.load_ends = minutes(2);
  Threshold threshold = threshold_of(text);
  threshold.window = window;
  threshold.abort = abort;
  scenario.thresholds.push_back(threshold);
  return scenario;
}

Event answer(Duration at, Duration took, int status = 200) {
  Event event;
  event.kind = EventKind::request_done;
  event.ticket = ticket_of(0, at - took);
  event.value = took.ns;
  event.extra = status;
  event.at = Time{} + at;
  return event;
}

struct Judged {
  explicit Judged(const Scenario& scenario) : judge(scenario, loop) {}
  Run run{1};
  Loop loop{run};
  StopJudge judge;
  std::optional<std::string> at(Duration time) { return judge.judge(Time{} + time); }
};

}  // namespace

TEST_CASE("a rule without a window stops the run at the next look after the warm-up") {
  Judged judged(guarded("api.errors value < 50%", std::nullopt));
  CHECK_FALSE(judged.judge.idle());
  judged.judge.add(answer(second * 5, second, 503));  // warming up
  CHECK_FALSE(judged.at(second * 16));
  judged.judge.add(answer(second * 17, second));
  judged.judge.add(answer(second * 18, second, 503));
  CHECK_FALSE(judged.at(second * 19));
  CHECK(judged.judge.broken().empty());
  const auto why = judged.at(second * 21);
  REQUIRE(why);
  CHECK(*why == "api.errors value < 50%: 50 %, since 20 s");
  CHECK(judged.judge.broken() == "api.errors value < 50%");
  CHECK_FALSE(judged.at(second * 40));  // said once
}

TEST_CASE("a rule with a window stops the run when a window has failed, not before") {
  Judged judged(guarded("api.latency max < 1s", second * 10));
  judged.judge.add(answer(second * 12, second * 2));
  CHECK_FALSE(judged.at(second * 19));
  const auto why = judged.at(second * 20);
  REQUIRE(why);
  CHECK(*why == "api.latency max < 1s in every 10s: 2 s in the worst window, at 10 s; "
                "1 of 1 failed, since 10 s");
}

TEST_CASE("what is heard of late and out of order counts; what is still to come does not") {
  Judged judged(guarded("api.latency max < 1s", second * 10));
  judged.judge.add(answer(second * 31, second * 3));
  CHECK_FALSE(judged.at(second * 20));
  judged.judge.add(answer(second * 25, milliseconds(1)));
  judged.judge.add(answer(second * 11, milliseconds(1)));
  CHECK_FALSE(judged.at(second * 30));
  CHECK(judged.at(second * 40));
}

TEST_CASE("a threshold without abort stops nothing") {
  Judged judged(guarded("api.latency max < 1s", second * 10, false));
  CHECK(judged.judge.idle());
  judged.judge.add(answer(second * 12, second * 2));
  CHECK_FALSE(judged.at(minutes(1)));
}
