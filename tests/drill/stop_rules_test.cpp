#include "app/live/stop_rules.h"

#include <doctest/doctest.h>
#include <sched.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
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
  out.event.process = {static_cast<std::uint32_t>(number)};
  out.event.at = at;
  return live::encode(out, clock) + "\n";
}

/// A run with one rule to stop by, whose only process has not written a line yet.
struct Unheard {
  template <class... Limits>
  explicit Unheard(Limits... limits) : rules(scenario, loop, clock, {file}, limits...) {}

  const live::TempFolder folder;
  const std::string file = (folder.path / "workers-0.jsonl").string();
  const live::LiveClock clock;
  Run run{1};
  Loop loop{run};
  const engine::Scenario scenario = [] {
    engine::Scenario made;
    made.load_ends = minutes(10);
    made.thresholds.push_back(rule("callbacks.timed_out count < 3"));
    return made;
  }();
  StopRules rules;
};

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

/// Asks until it is told, for a minute at most.
template <class Asked>
void until(const Asked& told) {
  const auto last = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (!told() && std::chrono::steady_clock::now() < last) ::sched_yield();
}

/// What comes, until there are so many or more.
std::vector<Event> next(HistoryTail& tail, std::size_t count) {
  std::vector<Event> all;
  until([&] {
    for (const Event& event : tail.taken()) all.push_back(event);
    return all.size() >= count;
  });
  return all;
}

TEST_CASE("history tail: a line counts once, when it is whole, and a file may come later") {
  const live::TempFolder folder;
  const std::string file = (folder.path / "api-0.jsonl").string();
  const std::string later = (folder.path / "api-1.jsonl").string();
  const live::LiveClock clock;
  const std::string text =
      line(1, clock.now(), clock) + line(2, clock.now(), clock) + line(3, clock.now(), clock);
  const std::size_t torn = text.size() - 9;
  std::ofstream out(file, std::ios::binary);
  out << text.substr(0, torn) << std::flush;
  HistoryTail tail({file, later}, clock);
  const std::vector<Event> whole = next(tail, 2);
  REQUIRE(whole.size() == 2);
  CHECK(whole[0].process.value == 1);
  CHECK(whole[1].process.value == 2);
  out << text.substr(torn) << std::flush;
  const std::vector<Event> third = next(tail, 1);
  REQUIRE(third.size() == 1);
  CHECK(third[0].process.value == 3);
  std::ofstream(later, std::ios::binary) << line(4, clock.now(), clock);
  const std::vector<Event> fourth = next(tail, 1);
  REQUIRE(fourth.size() == 1);
  CHECK(fourth[0].process.value == 4);
}

TEST_CASE("history tail: who writes no line and touches nothing is silent, until it does") {
  const live::TempFolder folder;
  const std::string file = (folder.path / "api-0.jsonl").string();
  const std::string never = (folder.path / "api-1.jsonl").string();
  const live::LiveClock clock;
  std::ofstream(file) << "";
  HistoryTail tail({file, never}, clock);
  CHECK(tail.silent(minutes(5)).empty());
  const auto is_silent = [&tail](const char* name) {
    const auto all = tail.silent(milliseconds(1'500));
    return std::find(all.begin(), all.end(), name) != all.end();
  };
  until([&] { return is_silent("api-0") && is_silent("api-1"); });
  REQUIRE(is_silent("api-0"));
  namespace fs = std::filesystem;
  fs::last_write_time(file, fs::last_write_time(file) + std::chrono::seconds(1));  // a heartbeat
  until([&] { return !is_silent("api-0"); });
  CHECK_FALSE(is_silent("api-0"));
  CHECK(is_silent("api-1"));
}

TEST_CASE("stop rules: a process that has gone silent leaves them unknown, and they say so") {
  Unheard unheard(milliseconds(1'500));
  StopRules& rules = unheard.rules;
  std::vector<std::string> said;
  const auto hears = [&] {
    CHECK_FALSE(rules.broken());
    for (const std::string& one : rules.unknown()) said.push_back(one);
    return said.size();
  };
  CHECK(rules.notes().empty());
  until([&] { return hears() == 1; });
  REQUIRE(said.size() == 1);
  CHECK(said[0].starts_with("workers-0 has written no line and no heartbeat for 1.5s"));
  CHECK(hears() == 1);
  REQUIRE(rules.notes().size() == 1);
  CHECK(rules.notes()[0].find("to its end: workers-0 wrote nothing") != std::string::npos);
  std::ofstream(unheard.file) << "";
  until([&] { return hears() == 2; });
  CHECK(said[1] == "workers-0 writes its history again");
  REQUIRE(rules.notes().size() == 1);
  CHECK(rules.notes()[0].find("to its end") == std::string::npos);
}

TEST_CASE("stop rules: what is unknown for too long ends a run, unless a fault holds it still") {
  Unheard unheard(milliseconds(300), milliseconds(1'500));
  StopRules& rules = unheard.rules;
  rules.excuse("workers/0", true);
  rules.excuse("workers/0", true);  // by two faults
  bool ended = false;
  until([&] {
    ended = ended || rules.broken();
    return ended || unheard.clock.now() > Time{} + whole_seconds(4);
  });
  CHECK_FALSE(ended);
  CHECK(rules.notes().size() == 1);
  rules.excuse("workers/0", false);
  rules.excuse("workers/0", false);
  std::optional<std::string> why;
  until([&] { return (why = rules.broken()).has_value(); });
  REQUIRE(why);
  CHECK(why->starts_with("stopped, as it was unknown for "));
  CHECK(why->ends_with("whether the rules that stop the run hold: workers-0 wrote nothing"));
  CHECK(rules.threshold().empty());
}

TEST_CASE("stop rules: a platform that does not tell how requests stand leaves them unknown") {
  const live::LiveClock here;
  const live::LiveClock clock(here.origin() - minutes(5).ns);  // it began five minutes ago
  Run run(1);
  Loop loop(run);
  const auto asked = [&](const char* text, Duration ago) {
    engine::Scenario scenario;
    scenario.load_ends = minutes(10);
    scenario.thresholds.push_back(rule(text));
    StopRules rules(scenario, loop, clock, {});
    const Time told = clock.now() - ago;
    rules.rests_on([told] { return told; });
    return rules.broken();
  };
  const auto why = asked("freshness p(99) < 1h", whole_seconds(63));
  REQUIRE(why);
  CHECK(why->starts_with("stopped, as it was unknown for "));
  CHECK(why->ends_with("the platform did not tell how requests stand"));
  CHECK_FALSE(asked("freshness p(99) < 1h", whole_seconds(30)));
  CHECK_FALSE(asked("api.latency p(99) < 1h", whole_seconds(63)));  // the load sees that itself
}

TEST_CASE("stop rules: what only the histories of others tell ends a run") {
  const live::TempFolder folder;
  const std::string file = (folder.path / "api-0.jsonl").string();
  const live::LiveClock here;
  const live::LiveClock clock(here.origin() - minutes(1).ns);  // it began a minute ago
  std::ofstream out(file, std::ios::binary);
  for (std::uint64_t k = 1; k <= 3; ++k) out << line(k, clock.now() - whole_seconds(10), clock);
  out.close();
  Run run(1);
  Loop loop(run);
  engine::Scenario scenario;
  scenario.load_ends = minutes(10);
  scenario.thresholds.push_back(rule("callbacks.timed_out count < 3"));
  StopRules rules(scenario, loop, clock, {file});
  std::optional<std::string> why;
  until([&] { return (why = rules.broken()).has_value(); });
  REQUIRE(why);
  CHECK(why->starts_with("stopped by a safety rule: callbacks.timed_out count < 3: 3, since "));
  CHECK(rules.threshold() == "callbacks.timed_out count < 3");
}

}  // namespace
}  // namespace wavetank::app
