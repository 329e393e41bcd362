#include "tests/reports/golden.h"

#include "reports/console.h"
#include "reports/json.h"
#include "reports/junit.h"
#include "reports/markdown.h"
#include "tests/reports/samples.h"

namespace wavetank::reports {
namespace {

void check_all(const std::string& name, const engine::RunReport& report) {
  ConsoleOptions options;
  options.report_path = "out/report.html";
  options.journal_path = "out/journal.json";
  check_golden(name + ".console.txt", console(report, options));
  check_golden(name + ".journal.json", journal(report));
  check_golden(name + ".junit.xml", junit(report));
  check_golden(name + ".summary.md", markdown(report));
}

TEST_CASE("a day that passes reads as it should") { check_all("pass", passed()); }

TEST_CASE("a breach says it all") { check_all("breached", breached()); }

TEST_CASE("a violation that was expected is never a bare PASS") {
  check_all("expected", broke_as_expected());
}

TEST_CASE("an interrupted run shows what it saw") { check_all("interrupted", interrupted()); }

TEST_CASE("verbose shows every check and finding") {
  ConsoleOptions options;
  options.verbose = true;
  check_golden("breached.verbose.txt", console(breached(), options));
}

}  // namespace
}  // namespace wavetank::reports
