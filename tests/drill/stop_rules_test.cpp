#include "app/live/stop_rules.h"

#include <doctest/doctest.h>

#include <chrono>
#include <fstream>

#include "system/base/run.h"
#include "system/live/wire.h"
#include "tests/live/temp_folder.h"

namespace wavetank::app {
namespace {

engine::Threshold rule(std::string_view text, bool abort = true) {
  engine::Threshold threshold = *engine::parse_threshold(text).value;
  threshold.abort = abort;
  return threshold;
}

std::string line(std::uint64_t number, Time at, const live::LiveClock& clock) {
  live::HistoryLine out;
  out.number = number;
  out.node = "api/0";
  out.event.kind = EventKind::callback_timed_out;
  out.event.process = {1};
  out.event.at = at;
  return live::encode(out, clock) + "\n";
}

TEST_CASE("stop rules: what nobody sees while the run lasts cannot guard it") {
  const auto blind = [](const char* text, bool attached) {
    return blind_rules({rule(text)}, attached).size();
  };
  CHECK(blind("api.latency p(99) < 1s", true) == 0);
  CHECK(blind("freshness p(99) < 1s", true) == 0);
  CHECK(blind("freshness p(99) < 1s", false) == 0);
  CHECK(blind("task.duration p(99) < 1s", false) == 0);
  CHECK(blind("task.duration p(99) < 1s", true) == 1);
  CHECK(blind("db.utilisation max < 90%", false) == 1);
  CHECK(blind_rules({rule("db.utilisation max < 90%", false)}, false).empty());
  const auto told = blind_rules({rule("goodput rate > 1/s"), rule("db.wait max < 1s")}, false);
  REQUIRE(told.size() == 1);
  CHECK(told[0].starts_with("/expect/thresholds/1: \"db.wait max < 1s\" is to abort"));
}

TEST_CASE("stop rules: histories of others are followed as they are written") {
  const live::TempFolder folder;
  const std::string file = (folder.path / "api-0.jsonl").string();
  const live::LiveClock clock;
  Run run(1);
  Loop loop(run);
  engine::Scenario scenario;
  scenario.load_ends = minutes(10);
  scenario.thresholds.push_back(rule("callbacks.timed_out count < 3"));
  // The file appears later, and its last line is whole only later still.
  StopRules rules(scenario, loop, clock, {file, (folder.path / "missing.jsonl").string()});
  const std::string text =
      line(1, clock.now(), clock) + line(2, clock.now(), clock) + line(3, clock.now(), clock);
  std::ofstream out(file, std::ios::binary);
  out << text.substr(0, text.size() - 9) << std::flush;
  const auto broken_within = [&](std::chrono::seconds time) {
    const auto until = std::chrono::steady_clock::now() + time;
    while (std::chrono::steady_clock::now() < until) {
      if (const auto why = rules.broken()) return why;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return std::optional<std::string>();
  };
  out << text.substr(text.size() - 9) << std::flush;
  const auto why = broken_within(std::chrono::seconds(60));
  REQUIRE(why);
  CHECK(why->starts_with("stopped by a safety rule: callbacks.timed_out count < 3: 3, since "));
  CHECK(rules.threshold() == "callbacks.timed_out count < 3");
}

}  // namespace
}  // namespace wavetank::app
