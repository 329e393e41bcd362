#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "reports/html.h"
#include "reports/json.h"
#include "reports/junit.h"
#include "reports/markdown.h"
#include "tests/reports/samples.h"
#include "tests/reports/xml.h"

namespace wavetank::reports {
namespace {

using nlohmann::json;

std::vector<engine::RunReport> all() {
  return {passed(), breached(), broke_as_expected(), interrupted(), empty(), hostile()};
}

TEST_CASE("the journal has every key of its contract, in any run") {
  for (const engine::RunReport& report : all()) {
    const json out = json::parse(journal(report));
    for (const char* key :
         {"verdict", "exit_code", "title", "scenario", "seed", "fingerprint", "world", "virtual_s",
          "wall_s", "events", "run", "jobs", "trust", "metrics", "series", "thresholds",
          "invariants", "faults", "recovery", "resources", "settings", "repro"}) {
      INFO(key);
      CHECK(out.contains(key));
    }
    for (const char* key : {"started_at", "version", "calibration"}) {
      CHECK(out["run"].contains(key));
    }
    for (const char* key : {"offered", "rejected", "accepted", "succeeded", "failed",
                            "dead_lettered", "unfinished", "late"}) {
      CHECK(out["jobs"].contains(key));
    }
    for (const char* key :
         {"outputs", "trusted", "late", "wrong", "unknown", "falsely_trusted", "worst"}) {
      CHECK(out["trust"].contains(key));
    }
  }
}

TEST_CASE("the journal's rows have the keys of its contract") {
  const json out = json::parse(journal(breached()));
  const auto has = [](const json& row, std::vector<const char*> keys) {
    for (const char* key : keys) {
      INFO(key);
      CHECK(row.contains(key));
    }
  };
  has(out["trust"]["worst"][0], {"entity_id", "data_version", "from", "until", "why"});
  has(out["metrics"]["api.latency{priority=P0}"],
      {"count", "mean", "min", "max", "p50", "p90", "p95", "p99", "p999"});
  has(out["thresholds"][0], {"expr", "observed", "holds"});
  has(out["invariants"][1], {"name", "verdict", "violations", "evidence"});
  has(out["faults"][0], {"fault", "target", "at", "for", "fired", "touched", "recovery"});
  has(out["faults"][0]["recovery"], {"verdict", "after_s"});
  has(out["recovery"], {"verdict", "after_s"});
  has(out["resources"][0], {"name", "peak", "at", "cause"});
}

TEST_CASE("what is not known is null, and never a number that is none") {
  const json out = json::parse(journal(hostile()));
  CHECK(out["thresholds"][1]["observed"].is_null());
  CHECK(out["series"]["tracks"]["load.offered"]["values"][0].is_null());
  CHECK(out["metrics"]["freshness"]["p99"].is_null());
  const json broken = json::parse(journal(breached()));
  CHECK(broken["trust"]["worst"][0]["until"].is_null());
  CHECK(broken["thresholds"][2]["holds"].is_null());
  CHECK(broken["faults"][4]["recovery"]["after_s"].is_null());
  CHECK(json::parse(journal(interrupted()))["faults"][1]["recovery"]["verdict"].is_null());
}

TEST_CASE("the figures of the journal are those of the report") {
  const json out = json::parse(journal(breached()));
  CHECK(out["verdict"] == "breached");
  CHECK(out["exit_code"] == 3);
  CHECK(out["seed"] == 42);
  CHECK(out["fingerprint"] == "03be77d2c0a91e5f");
  CHECK(out["findings"][0]["since"] == 8.533 * 3600);
  const auto ids = json({"0000000000000007", "0000000000000009", "000000000000000b"});
  CHECK(out["findings"][0]["cause_chain"] == ids);
  CHECK(out["invariants"][1]["evidence"][0]["chain"] == ids);
  CHECK(out["metrics"]["cache.hit_ratio"]["value"] == 0.951);
  CHECK(out["resources"].size() == 3);
  CHECK(out["backlogs"].size() == 1);
}

TEST_CASE("junit is well-formed XML, whatever texts it carries") {
  for (const engine::RunReport& report : all()) CHECK(xml_problem(junit(report)) == "");
  CHECK(xml_problem("<a><b></a>") != "");
  CHECK(xml_problem("<a b=\"<\"/>") != "");
  CHECK(xml_problem("<a>&b</a>") != "");
}

TEST_CASE("junit fails what failed, and nothing that was expected") {
  const std::string broken = junit(breached());
  CHECK(broken.find("tests=\"24\" failures=\"5\" errors=\"0\" skipped=\"4\"") !=
        std::string::npos);
  CHECK(junit(broke_as_expected()).find("<failure") == std::string::npos);
  CHECK(junit(interrupted()).find("errors=\"1\"") != std::string::npos);
}

TEST_CASE("report.html carries the journal, and text that a browser takes for text") {
  for (const engine::RunReport& report : all()) {
    const std::string page = html(report);
    const std::string open = "<script type=\"application/json\" id=\"journal\">";
    const auto from = page.find(open);
    REQUIRE(from != std::string::npos);
    const auto to = page.find("</script>", from);
    const std::string carried = page.substr(from + open.size(), to - from - open.size());
    CHECK(carried.find('<') == std::string::npos);
    CHECK(json::parse(carried) == json::parse(journal(report)));
    const auto title = page.find("<title>") + 7;
    CHECK(page.find('<', title) == page.find("</title>"));
  }
}

TEST_CASE("report.html asks nobody for anything") {
  const std::string page = html(passed());
  for (const char* asks : {"src=\"http", "src=\"//", "href=\"http", "@import", "url(http",
                           "url(\"http", "<link rel=\"stylesheet"}) {
    INFO(asks);
    CHECK(page.find(asks) == std::string::npos);
  }
}

std::size_t cells(const std::string& row) {
  std::size_t n = 0;
  for (std::size_t i = 0; i < row.size(); ++i) n += row[i] == '|' && (i == 0 || row[i - 1] != '\\');
  return n;
}

TEST_CASE("every row of a table in the summary has the cells of its head") {
  for (const engine::RunReport& report : all()) {
    std::istringstream lines(markdown(report));
    std::size_t head = 0;
    for (std::string line; std::getline(lines, line);) {
      if (!line.starts_with('|')) {
        head = 0;
        continue;
      }
      if (head == 0) head = cells(line);
      INFO(line);
      CHECK(cells(line) == head);
    }
  }
}

}  // namespace
}  // namespace wavetank::reports
