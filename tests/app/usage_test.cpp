// What is typed wrongly is answered with what was meant.

#include <nlohmann/json.hpp>

#include "tests/support/program.h"

namespace wavetank::app {
namespace {

void answers(const std::string& arguments, int code, const std::string& says) {
  const Bench bench;
  bench.write("s.json", small_scenario());
  const Bench::Ended ended = bench.run(arguments);
  INFO(arguments << ": " << ended.err);
  CHECK(ended.code == code);
  CHECK(has(code == 0 ? ended.out : ended.err, says));
}

TEST_CASE("unknown commands, options and names come with the nearest") {
  answers("rnu s.json", 2, "unknown command \"rnu\". Did you mean \"run\"?");
  answers("s.json", 2, "wavetank run s.json");
  answers("--seed 3", 2, "Options follow a command");
  answers("run s.json --sed 4", 2, "Did you mean --seed?");
  answers("run s.json --quite", 2, "Did you mean --quiet?");
  answers("run s.json other.json", 2, "one argument too many: \"other.json\"");
  answers("list metrcs", 2, "Did you mean \"metrics\"?");
  answers("run s.json --report htlm", 2, "Did you mean \"html\"?");
}

TEST_CASE("missing and impossible values") {
  answers("", 2, "usage: wavetank COMMAND");
  answers("run", 2, "run needs SCENARIO");
  answers("list", 2, "list needs WHAT");
  answers("run s.json --seed", 2, "--seed");
  answers("run s.json --seed x", 2, "--seed takes a whole number of at most 18 digits, not \"x\"");
  answers("run s.json --seed -1", 2, "--seed");
  answers("run s.json --seed 99999999999999999999", 2, "--seed takes a whole number");
  answers("run s.json --load lots", 2, "--load takes a factor, not \"lots\"");
  answers("run s.json --load -2x", 2, "--load");
  answers("run s.json --load nanx", 2, "--load");
  answers("validate s.json --load 0x", 2, "--load");
  answers("run s.json --report ''", 2, "unknown report \"\"");
}

TEST_CASE("help and version") {
  answers("--help", 0, "usage: wavetank COMMAND");
  answers("help", 0, "usage: wavetank COMMAND");
  answers("help run", 0, "usage: wavetank run SCENARIO");
  answers("run --help", 0, "--perfetto FILE");
  answers("list --help", 0, "faults, scenarios, invariants");
  answers("--version", 0, "wavetank ");
}

TEST_CASE("help fits 80 columns") {
  const Bench bench;
  for (const char* of : {"", "run", "replay", "sweep", "compare", "explain", "shrink",
                         "crashpoints", "diverge", "validate", "init", "list", "schema"}) {
    std::istringstream lines(bench.run(std::string(of) + " --help").out);
    for (std::string line; std::getline(lines, line);) {
      INFO(line);
      CHECK(line.size() <= 80);
    }
  }
}

TEST_CASE("the schema is JSON") {
  const Bench bench;
  const Bench::Ended ended = bench.run("schema");
  CHECK(ended.code == 0);
  CHECK(nlohmann::json::parse(ended.out).contains("properties"));
  CHECK(bench.run("schema nothing").code == 2);
}

TEST_CASE("output that cannot be written is an error") {
  const Bench bench;
  CHECK(bench.run("list settings --json >/dev/full 2>.error; exit $?").code == 1);
}

}  // namespace
}  // namespace wavetank::app
