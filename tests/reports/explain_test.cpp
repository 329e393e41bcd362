// What explain prints: 80 columns, JSON that reads, a picture that Mermaid reads.

#include "reports/explain.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "reports/chain.h"
#include "reports/explain_words.h"
#include "tests/reports/samples.h"

namespace wavetank::reports {
namespace {

engine::Explanation explanation(std::uint64_t seeds) {
  engine::Explanation found;
  found.report = breached();
  found.report.title = std::string(200, 'x');
  found.seeds = seeds;
  found.prices = {.core_hour = 1.5, .gb = 1};
  engine::CostRow row{engine::Counterfactual::Role::change,
                      "driver.tasks.speculation.enabled=false", "system.a=b", {}};
  for (std::uint64_t i = 0; i < seeds; ++i) {
    const double x = static_cast<double>(i) + 1;
    found.whole.runs.push_back({725.0 * x, 1'234'567.0, 20'975.5, {}, 0.0053, 177e9, 1e7});
    row.runs.runs.push_back({1e-4, 1'234'567.0, 12.0, {}, 123'456.7, 8.8e12, 0.0});
  }
  row.runs.passed = seeds;
  found.costs = {row, row};
  found.rescues.assign(12, row);
  found.impossible = {std::string(120, 'y')};
  found.tried = 31;
  found.chain = engine::telling_chain(found.report);
  return found;
}

TEST_CASE("an explanation fits 80 columns, whatever it says") {
  for (const std::uint64_t seeds : {1U, 3U}) {
    std::istringstream lines(console(explanation(seeds), {}));
    for (std::string line; std::getline(lines, line);) {
      INFO(line);
      if (!line.starts_with("repeat ")) CHECK(line.size() <= 80);
    }
  }
}

TEST_CASE("an explanation says what each cost, and what would have saved it") {
  const std::string text = console(explanation(1), {});
  INFO(text);
  CHECK(text.find("WHAT DID EACH COST?  it passes without driver.tasks") != text.npos);
  CHECK(text.find("money") != text.npos);
  CHECK(text.find("fresh") == text.npos);  // nothing was observed of it
  CHECK(text.find("+-, 95 %") == text.npos);
  CHECK(text.find("--set system.a=b (31 settings tried)") != text.npos);
  CHECK(text.find("and 4 more") != text.npos);
  CHECK(console(explanation(2), {}).find("+-, 95 %") != text.npos);
}

TEST_CASE("figures are short and say their sign") {
  const auto figures = engine::cost_figures();
  CHECK(change_text(figures[0], 0) == "0");
  CHECK(change_text(figures[0], 725) == "+12m05s");
  CHECK(change_text(figures[0], -0.088) == "-88ms");
  CHECK(cost_text(figures[1], 20'975) == "20,975");
  CHECK(change_text(figures[1], 308'739) == "+308k");
  CHECK(change_text(figures[4], 0.0053) == "+0.005");
  CHECK(cost_text(figures[5], 177e9) == "177 GB");
}

TEST_CASE("the figures are JSON with every row") {
  const nlohmann::json out = nlohmann::json::parse(explanation_json(explanation(3)));
  CHECK(out["costs"].size() == 2);
  CHECK(out["rescues"].size() == 12);
  CHECK(out["costs"][0]["costs"]["bytes_moved"]["unit"] == "bytes");
  CHECK(out["costs"][0]["costs"]["latency_p99"]["half"].is_number());
  CHECK_FALSE(out["whole"].contains("freshness_p99"));
  CHECK(out["chain"].size() == explanation(1).chain.size());
}

TEST_CASE("a chain's picture is a flow chart whose texts end nothing") {
  engine::RunReport report;
  report.chain = {{1, 0, "fault_started", "world", "a \"b\" ` # <c> began", 1},
                  {2, 1, "task_spilled", "e1/v2", "it spilled", 2}};
  CHECK(mermaid(report, {1, 2, 3}) ==
        "```mermaid\nflowchart TD\n"
        "  n0[\"1s: a #quot;b#quot;     #lt;c#gt; began\"]\n"
        "  n1[\"2s e1/v2: it spilled\"]\n"
        "  n0 --> n1\n```\n");
}

}  // namespace
}  // namespace wavetank::reports
