// Decisions of a run: written, read strictly, and followed, whole or with lines taken out.

#include "scenarios/engine/decisions/decisions.h"

#include <sstream>

#include "tests/support/run_scenario.h"

namespace wavetank::engine {
namespace {

constexpr const char* scenario = R"({
  "load": [{ "name": "jobs", "shape": "poisson", "rate": "3/s", "for": "40s" }],
  "system": { "cluster": { "nodes": 2, "task_start": "100ms", "job_start": "500ms" } },
  "faults": [
    { "fault": "lost_reply", "at": "5s", "for": "30s", "target": "callbacks", "ratio": "30%" },
    { "fault": "latency", "at": "5s", "for": "30s", "target": "database", "ratio": "50%" }
  ]
})";

std::string recorded(std::uint64_t& fingerprint, const std::vector<std::string>& sets = {}) {
  std::string text;
  DecisionOrigin origin;
  origin.scenario = "test.json";
  origin.seed = 42;
  DecisionWriter writer([&text](std::string_view part) { text += part; }, origin);
  RunOptions options;
  options.decisions = &writer;
  options.draws = &writer;
  const RunReport report =
      support::run_text(scenario, sets, service::blueprint_types(), options);
  writer.finish(true, report.fingerprint);
  fingerprint = report.fingerprint;
  return text;
}

RunReport followed(const std::string& text, const std::vector<std::string>& sets = {}) {
  Problems problems;
  const DecisionList list = read_decisions(text, "x", problems);
  INFO(problems.text());
  REQUIRE(problems.empty());
  DecisionFollower follower(list);
  RunOptions options;
  options.decisions = &follower;
  options.draws = &follower;
  return support::run_text(scenario, sets, service::blueprint_types(), options);
}

/// The text without the lines of which `drop` is true.
template <class Drop>
std::string without(const std::string& text, Drop drop) {
  std::string out;
  std::istringstream lines(text);
  std::size_t n = 0;
  for (std::string line; std::getline(lines, line); ++n) {
    if (n == 0 || !drop(n, line)) out += line + '\n';
  }
  return out;
}

TEST_CASE("recording changes nothing") {
  std::uint64_t fingerprint = 0;
  recorded(fingerprint);
  CHECK(support::run_text(scenario).fingerprint == fingerprint);
}

TEST_CASE("a run that follows a recording is the recorded one") {
  std::uint64_t fingerprint = 0;
  const std::string text = recorded(fingerprint);
  CHECK(followed(text).fingerprint == fingerprint);
}

TEST_CASE("verdicts come from the recording, not from the faults") {
  std::uint64_t fingerprint = 0;
  const std::string text = recorded(fingerprint);
  const RunReport report =
      followed(text, {"faults.0.ratio=0%", "faults.1.ratio=100%"});
  CHECK(report.fingerprint == fingerprint);
  CHECK(report.faults[0].fired > 0);
}

TEST_CASE("arrivals come from the recording, not from their stream") {
  std::uint64_t fingerprint = 0;
  std::string text = recorded(fingerprint);
  const std::size_t first = text.find("\"draws\":[\"") + 10;
  text.replace(first, 16, "0000000000000001");
  CHECK(followed(text).fingerprint != fingerprint);
}

TEST_CASE("what was taken out passes the gate") {
  std::uint64_t fingerprint = 0;
  const std::vector<std::string> one_fault{"faults.1.ratio=0%"};
  const std::string text = recorded(fingerprint, one_fault);
  std::size_t struck = 0;
  const std::string rest = without(text, [&struck](std::size_t, const std::string& line) {
    return line.starts_with("{\"fault\":0,") && ++struck > 1;
  });
  REQUIRE(struck > 5);
  CHECK(followed(rest, one_fault).faults[0].fired == 1);
  const std::string none = without(text, [](std::size_t, const std::string& line) {
    return line.starts_with("{\"fault\":0,");
  });
  const RunReport calm = followed(none, one_fault);
  CHECK(calm.faults[0].fired == 0);
  CHECK(calm.fingerprint ==
        support::run_text(scenario, {"faults.0.ratio=0%", "faults.1.ratio=0%"}).fingerprint);
}

TEST_CASE("beyond a recording that was cut short, all is drawn as usual") {
  std::uint64_t fingerprint = 0;
  const std::string text = recorded(fingerprint);
  for (const std::size_t keep : {1, 2, 20}) {
    CAPTURE(keep);
    const std::string cut = without(text, [keep](std::size_t n, const std::string&) {
      return n >= keep;
    });
    // What is left says what the faults and streams would have done anyway.
    CHECK(followed(cut).fingerprint == fingerprint);
  }
}

TEST_CASE("a recording is read strictly") {
  const auto problem = [](const std::string& line) {
    Problems problems;
    read_decisions(header_line({}) + line + '\n', "f", problems);
    return problems.text();
  };
  CHECK(problem(R"({"fault":0,"ask":3,"verdict":"refuse"})").empty());
  CHECK(problem(R"({"fault":0,"ask":3,"verdict":"refused"})") ==
        "f:2: there is no verdict \"refused\".\n");
  CHECK(problem(R"({"fault":0,"ask":-3,"verdict":"pass"})") ==
        "f:2: ask must be a whole number.\n");
  CHECK(problem(R"({"fault":1e9,"ask":3,"verdict":"pass"})").find("fault must") !=
        std::string::npos);
  CHECK(problem(R"({"fault":0,"ask":3,"verdict":"delay","by":3})").find("\"by\" is not a known") !=
        std::string::npos);
  CHECK(problem("{\"fault\":0,\"ask\":3,\"verdict\":\"pass\"}\n"
                "{\"fault\":0,\"ask\":3,\"verdict\":\"pass\"}")
            .find("f:3: ask must grow") != std::string::npos);
  CHECK(problem(R"({"stream":"a","draws":["xyz"]})").find("16 hexadecimal") != std::string::npos);
  CHECK(problem(R"({"end":true,"asked":[1]})").find("fingerprint must") != std::string::npos);
  CHECK(problem("[]") == "f:2: it is no JSON object.\n");
  CHECK(problem("{}").find("it is no decision") != std::string::npos);
  CHECK(problem(end_line({}, 7) + "{\"end\":1}").find("nothing may follow") != std::string::npos);
  Problems problems;
  read_decisions("", "f", problems);
  read_decisions("{\"decisions\":2}", "f", problems);
  read_decisions("{\"load\": []}\nsecond\n", "f", problems);
  CHECK(problems.count() == 3);
}

}  // namespace
}  // namespace wavetank::engine
