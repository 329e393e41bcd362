// The texts of a sweep: a line of JSON a seed, the bar, the summary.

#include "reports/sweep.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

#include "reports/sweep_bar.h"
#include "reports/words.h"

namespace wavetank::reports {
namespace {

engine::SweepSeed failing() {
  engine::SweepSeed seed;
  seed.seed = 97;
  seed.verdict = "breached";
  seed.exit_code = 3;
  seed.headline = "BREACHED (exit 3): effect_once broken 2x";
  seed.fingerprint = 0xffffffffffffff01u;
  seed.events = 12;
  seed.broken = {"effect_once"};
  seed.fired = {{"crash", 2}, {"a \"name\"", 0}};
  seed.probes = {{"task_spilled", 7}, {"breaker_opened", 0}};
  seed.observed = {{"api.latency p(99) < 1s", 0.25}};
  seed.sets = {"a.b=1", "faults=[{\"fault\": \"crash\"}]"};
  return seed;
}

TEST_CASE("a seed's line is read back as it was") {
  const std::string line = json_line(failing());
  CHECK(line.find('\n') == std::string::npos);
  const auto back = read_json_line(line);
  REQUIRE(back.has_value());
  CHECK(json_line(*back) == line);
  CHECK(back->fingerprint == 0xffffffffffffff01u);
  CHECK(back->fired == failing().fired);
  CHECK(back->probes == failing().probes);
  CHECK(back->sets == failing().sets);
}

TEST_CASE("what is no line of a sweep is none") {
  for (const char* text : {"", "{", "[]", "{\"seed\": 1}", "{\"seed\": -1, \"verdict\": \"pass\"}",
                           "{\"seed\": \"x\", \"verdict\": 3, \"exit_code\": 0}"}) {
    INFO(text);
    CHECK_FALSE(read_json_line(text).has_value());
  }
}

TEST_CASE("the summary tells what failed, and ends with what repeats it") {
  engine::SweepTally tally(false);
  for (int i = 0; i < 1'200; ++i) tally.add({});
  tally.add(failing());
  SweepPage page;
  page.title = "s  seeds 1-1201";
  page.file = "out/sweep.jsonl";
  page.repro = "wavetank run s.json --seed 97";
  const std::string text = console(tally, page);
  CHECK(text.find("BREACHED (exit 3): effect_once broken 2x (seed 97; 1 of 1201 seeds fail)") !=
        std::string::npos);
  CHECK(text.find("fired in 1 of 1 seed") != std::string::npos);
  CHECK(text.find("  breaker_opened            happened in 0 of 1 seed") != std::string::npos);
  CHECK(text.ends_with("repeat   wavetank run s.json --seed 97\n"));
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) CHECK(columns(line) <= 80);
}

TEST_CASE("the bar fits a terminal and says what is left") {
  const SweepView view{4'213, 213, 10'000, 3, 40};
  CHECK(sweep_line(view, false) == " 42 %  4,213 of 10,000  100/s  58s left  3 failed");
  const std::string bar = sweep_line({999'999'999, 0, 1'000'000'000, 1'000'000, 1e6}, true);
  CHECK(columns(bar) < 80);
  CHECK(sweep_line({10, 0, 10, 0, 2}, true) == "100 %  [####################]  10 of 10  5.0/s");
}

TEST_CASE("a pipe gets a line every tenth, a terminal one that is taken away") {
  std::string lines, live, none;
  SweepBar pipe([&](std::string_view t) { lines += t; }, SweepBar::Style::lines);
  SweepBar terminal([&](std::string_view t) { live += t; }, SweepBar::Style::live);
  SweepBar quiet([&](std::string_view t) { none += t; }, SweepBar::Style::none);
  for (std::size_t i = 1; i <= 1'000; ++i) {
    for (SweepBar* bar : {&pipe, &terminal, &quiet}) {
      bar->update({i, 0, 1'000, 0, static_cast<double>(i) / 1'000});
    }
  }
  terminal.clear();
  CHECK(std::count(lines.begin(), lines.end(), '\n') == 10);
  CHECK(lines.find('\x1b') == std::string::npos);
  CHECK(live.find('\n') == std::string::npos);
  CHECK(std::count(live.begin(), live.end(), '\r') < 15);
  CHECK(live.ends_with("\r\x1b[K"));
  CHECK(none.empty());
}

}  // namespace
}  // namespace wavetank::reports
