#include "reports/console.h"

#include <doctest/doctest.h>

#include <sstream>

#include "reports/markdown.h"
#include "reports/words.h"
#include "tests/reports/samples.h"

namespace wavetank::reports {
namespace {

std::vector<engine::RunReport> all() {
  return {passed(), breached(), broke_as_expected(), interrupted(), empty(), hostile()};
}

std::string last_line(const std::string& text) {
  return text.substr(text.rfind('\n', text.size() - 2) + 1);
}

TEST_CASE("no line is wider than 80 columns, save commands, which are never cut") {
  for (const engine::RunReport& report : all()) {
    for (const bool verbose : {false, true}) {
      ConsoleOptions options;
      options.verbose = verbose;
      std::istringstream lines(console(report, options));
      for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("repeat ") || line.starts_with("break ")) continue;
        INFO(line);
        CHECK_LE(columns(line), 80);
        CHECK_FALSE(line.ends_with(' '));
      }
    }
  }
}

TEST_CASE("the last line is the command that repeats the run") {
  for (const engine::RunReport& report : all()) {
    if (report.repro.empty()) continue;
    CHECK(last_line(console(report)) == "repeat   " + repeat_of(report) + "\n");
  }
  CHECK(repeat_of(passed()) == passed().repro + "  # " + fingerprint_of(passed()));
  CHECK(repeat_of(interrupted()) == interrupted().repro);  // It ended where no other run will.
}

TEST_CASE("colours come only where they are asked for, and change no letter") {
  const std::string plain = console(breached());
  CHECK(plain.find('\x1b') == std::string::npos);
  ConsoleOptions options;
  options.colors = true;
  std::string coloured = console(breached(), options);
  CHECK(coloured.find("\x1b[1;31m") != std::string::npos);
  for (auto at = coloured.find('\x1b'); at != std::string::npos; at = coloured.find('\x1b')) {
    coloured.erase(at, coloured.find('m', at) - at + 1);
  }
  CHECK(coloured == plain);
}

TEST_CASE("text from a file cannot command the terminal") {
  engine::RunReport report = passed();
  report.title = "\x1b[2J\x07gone";
  report.thresholds[0].expr = "\x1b]0;owned\x07";
  report.trust.worst[0].why = "a\rb";
  const std::string text = console(report);
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find('\x07') == std::string::npos);
  CHECK(text.find('\r') == std::string::npos);
}

TEST_CASE("the answers follow from the figures") {
  CHECK(trust_answer(passed()) == "yes for 5,871 of 5,894; falsely trusted 0");
  CHECK(trust_answer(breached()).starts_with("NO: falsely trusted 29"));
  CHECK(trust_answer(empty()) == "not known: no output was judged");
  CHECK(recovery_answer(passed()) == "yes, after all five");
  CHECK(recovery_answer(breached()) == "NO: stuck after cache_outage; the damage stays");
  CHECK(recovery_answer(interrupted()) == "yes, after one of three; the rest was not judged");
  CHECK(tightest_answer(passed()) == "workers.memory, 97 % at 07:24");
  engine::RunReport slow = passed();
  slow.faults[3].recovery.verdict = "slow";
  CHECK(recovery_answer(slow) == "yes, but slowly after slow receivers");
}

TEST_CASE("a live run tells at which rates its load was offered, sent and answered") {
  engine::RunReport live = passed();
  live.generator.emplace();
  live.generator->offered_per_s = 1999.6;
  live.generator->sent_per_s = 120;
  live.generator->achieved_per_s = 9.871;
  live.generator->ratio = 0.06;
  live.notes.emplace_back("a part was run, by the target's scale: 0.1x rate, 8h to 9h of 24h");
  const char* rates = "offered 2000/s, sent 120/s, answered 9.87/s";
  CHECK(console(live).find(rates) != std::string::npos);
  CHECK(markdown(live).find(rates) != std::string::npos);
  const char* part = "Note: a part was run, by the target's scale: 0.1x rate, 8h to 9h of";
  CHECK(markdown(live).find(part) != std::string::npos);
  CHECK(console(passed()).find("offered ") == std::string::npos);
}

}  // namespace
}  // namespace wavetank::reports
