#include "reports/progress.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace wavetank::reports {
namespace {

ProgressView at(double share, double wall_s) {
  return {"chaos", share * 86400, 86400, wall_s, static_cast<std::uint64_t>(wall_s * 3e6),
          {"cache_outage", "key_skew"}};
}

TEST_CASE("a pipe gets a plain line every tenth") {
  std::string text;
  ProgressPrinter printer([&](std::string_view part) { text += part; },
                          ProgressPrinter::Style::lines);
  for (int i = 0; i <= 1000; ++i) printer.update(at(i / 1000.0, i / 100.0));
  printer.clear();
  CHECK(std::count(text.begin(), text.end(), '\n') == 10);
  CHECK(text.find('\r') == std::string::npos);
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.starts_with(" 10 %  2h24m of 24h    chaos"));
  CHECK(text.find(" 3M events/s") != std::string::npos);
  CHECK(text.find("  cache_outage +1\n") != std::string::npos);
}

TEST_CASE("a terminal gets one line, drawn ten times a second at most, and taken away") {
  std::string text;
  ProgressPrinter printer([&](std::string_view part) { text += part; },
                          ProgressPrinter::Style::live);
  for (int i = 0; i <= 1000; ++i) printer.update(at(i / 1000.0, i / 1000.0));
  const auto drawn = std::count(text.begin(), text.end(), '\r');
  CHECK(drawn >= 9);
  CHECK(drawn <= 11);
  CHECK(text.find('\n') == std::string::npos);
  printer.clear();
  CHECK(text.ends_with("\r\x1b[K"));
}

TEST_CASE("a long time keeps its distance") {
  std::string text;
  ProgressPrinter printer([&](std::string_view part) { text += part; },
                          ProgressPrinter::Style::lines);
  ProgressView view = at(0.9, 3);
  view.now_s = 590;
  view.end_s = 655;
  printer.update(view);
  CHECK(text.starts_with(" 90 %  9m50s of 10m55s chaos "));
}

TEST_CASE("many faults do not break the line") {
  std::string text;
  ProgressPrinter printer([&](std::string_view part) { text += part; },
                          ProgressPrinter::Style::lines);
  ProgressView view = at(0.5, 3);
  view.faults.assign(20, "a_fault_with_a_name");
  printer.update(view);
  CHECK(text.size() <= 80);
}

}  // namespace
}  // namespace wavetank::reports
