#include "app/live/histories.h"

#include <doctest/doctest.h>

#include "app/live/generator.h"
#include "app/live/roles.h"
#include "system/live/wire.h"

namespace wavetank::app {
namespace {

Event changed(std::uint32_t process, std::int64_t version, std::int64_t at_ms) {
  Event event;
  event.kind = EventKind::state_changed;
  event.process = {process};
  event.aux = version;
  event.at = Time{} + milliseconds(at_ms);
  return event;
}

std::optional<NodeId> nobody(const std::string&) { return std::nullopt; }

std::string line(std::uint64_t number, std::int64_t at_ms, const live::LiveClock& clock) {
  live::HistoryLine out;
  out.number = number;
  out.node = "api/0";
  out.event = changed(7, static_cast<std::int64_t>(number), at_ms);
  return live::encode(out, clock) + "\n";
}

TEST_CASE("histories: events count by time, those of a row by its version") {
  Histories histories(nobody);
  histories.add(changed(1, 2, 10));  // heard of before the change that came first
  histories.add(changed(1, 1, 12));
  histories.add(changed(2, 1, 11));
  const std::vector<Event> merged = histories.merged();
  REQUIRE(merged.size() == 3);
  CHECK(merged[0].process.value == 1);
  CHECK(merged[0].aux == 1);
  CHECK(merged[1].process.value == 2);
  CHECK(merged[2].aux == 2);
  for (std::size_t i = 1; i < merged.size(); ++i) CHECK(merged[i - 1].at <= merged[i].at);
}

TEST_CASE("histories: torn and missing lines are gaps, a process started anew is none") {
  const live::LiveClock clock;
  Histories whole(nobody);
  whole.add_lines("api/0", line(1, 5, clock) + line(2, 6, clock) + line(1, 7, clock), clock);
  CHECK(whole.gaps().empty());
  CHECK(whole.merged().size() == 3);
  Histories torn(nobody);
  const std::string text = line(1, 5, clock) + line(4, 6, clock);
  torn.add_lines("api/0", text + "{\"number\": 5, \"ki", clock);
  REQUIRE(torn.gaps().size() == 2);
  CHECK(torn.gaps()[0] == "1 torn lines of api/0");
  CHECK(torn.gaps()[1] == "2 events of api/0");
  // It had noted 5 when its disk was full; what it noted while its lines were read is no gap.
  Histories cut(nobody);
  cut.add_lines("api/0", line(1, 5, clock) + line(2, 6, clock), clock, 5);
  cut.add_lines("api/1", line(1, 5, clock) + line(2, 6, clock), clock, 1);
  REQUIRE(cut.gaps().size() == 1);
  CHECK(cut.gaps()[0] == "3 events of api/0");
}

TEST_CASE("generator: what was not sent, and what was sent late, is no real load") {
  std::vector<Event> events;
  for (int i = 0; i < 1'000; ++i) {
    Event sent;
    sent.kind = EventKind::request_sent;
    sent.value = (Time{} + milliseconds(i)).ns;
    sent.at = Time{} + milliseconds(i) + microseconds(i < 980 ? 100 : 90'000);
    events.push_back(sent);
    sent.attempt = 1;  // a retry is no first send
    events.push_back(sent);
  }
  const auto good = generator_result(std::span(events).first(1'900), 950, whole_seconds(1), .5);
  CHECK(good.ratio == 1);
  CHECK(good.lag_p99 == doctest::Approx(100e-6));
  CHECK_FALSE(unreal(good, {}));
  const auto late = generator_result(events, 1'000, whole_seconds(1), .5);
  REQUIRE(unreal(late, {}));
  CHECK(unreal(late, {})->find("late") != std::string::npos);
  const auto short_of = generator_result(events, 1'020, whole_seconds(1), .5);
  CHECK(unreal(short_of, {})->find("98.0 %") != std::string::npos);
  CHECK(unreal(generator_result({}, 0, whole_seconds(1), 0), {}));
}

TEST_CASE("roles: words and nodes name the same, and nothing else is one") {
  CHECK(node_of_role("relay") == "outbox/0");
  CHECK(node_of_role("worker/3") == "workers/3");
  CHECK(node_of_role("drivers/1") == "drivers/1");
  for (const char* wrong : {"", "wroker", "api/", "api/x", "/0"}) {
    INFO(wrong);
    CHECK_FALSE(node_of_role(wrong));
  }
}

}  // namespace
}  // namespace wavetank::app
