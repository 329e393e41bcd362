// Crash points of the pipeline, hardened and naive.

#include <algorithm>
#include <sstream>

#include "tests/support/program.h"

namespace wavetank::app {
namespace {

std::string pipeline() {
  return R"({
  "system": { "cluster": { "nodes": 2, "task_start": "100ms", "job_start": "500ms" } },
  "load": [{ "name": "jobs", "shape": "steady", "rate": "1/s", "for": "40s",
             "work": { "input": "1MB", "output": "100kB" } }],
  "warm_up": "5s",
  "settle": "1h"
})";
}

/// The points at which something breaks, with what does.
std::vector<std::string> broken_rows(const std::string& table) {
  std::vector<std::string> rows;
  std::istringstream lines(table.substr(table.find("what breaks")));
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line) && !line.empty()) {
    if (!line.ends_with(" -")) rows.push_back(line);
  }
  return rows;
}

TEST_CASE("the hardened pipeline breaks at no point, and at no pair") {
  const Bench bench;
  bench.write("s.json", pipeline());
  const Bench::Ended ended = bench.run("crashpoints s.json --budget 80");
  INFO(ended.out << ended.err);
  CHECK(ended.code == 0);
  CHECK(has(ended.out, "PASS  no invariant breaks at "));
  CHECK(has(ended.out, "  api after database.accept_process               -\n"));
  CHECK(has(ended.out, " 80 runs in "));
  std::istringstream lines(ended.out);
  for (std::string line; std::getline(lines, line);) CHECK(line.size() <= 80);
}

TEST_CASE("a dual write breaks exactly between commit and publish") {
  const Bench bench;
  bench.write("s.json", pipeline());
  const Bench::Ended ended =
      bench.run("crashpoints s.json --budget 1 --set system.api.delivery=dual_write");
  INFO(ended.out << ended.err);
  CHECK(ended.code == 3);
  const std::vector<std::string> rows = broken_rows(ended.out);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].starts_with("  api after database.accept_process "));
  CHECK(rows[1].starts_with("  api before queue.publish "));
  for (const std::string& row : rows) CHECK(has(row, "no_process_lost"));
  // What is printed repeats it.
  const std::size_t at = ended.out.find("repeat   wavetank run ");
  REQUIRE(at != std::string::npos);
  const std::string repeat = ended.out.substr(at + 18);
  const Bench::Ended again =
      bench.run(repeat.substr(0, repeat.find('\n')) + " --quiet --report console");
  CHECK(again.code == 3);
  CHECK(has(again.out, "no_process_lost"));
}

TEST_CASE("a handler of callbacks that writes blindly moves terminal states") {
  const Bench bench;
  bench.write("s.json", pipeline());
  const Bench::Ended ended =
      bench.run("crashpoints s.json --budget 1 --set system.callbacks.idempotent=false");
  INFO(ended.out << ended.err);
  CHECK(ended.code == 3);
  CHECK(has(ended.out, "terminal_absorbs"));
}

TEST_CASE("the table does not depend on the number of threads") {
  const Bench bench;
  bench.write("s.json", pipeline());
  const auto table = [&](const char* threads) {
    const std::string out =
        bench.run(std::string("crashpoints s.json --budget 60 --threads ") + threads).out;
    return out.substr(out.find("\n\n"));
  };
  CHECK(table("1") == table("4"));
}

TEST_CASE("what cannot be asked is refused") {
  const Bench bench;
  bench.write("s.json", pipeline());
  CHECK(has(bench.run("crashpoints s.json --restart-after 0s").err,
            "--restart-after takes a time above zero"));
  CHECK(bench.run("crashpoints s.json --budget none").code == 2);
  CHECK(bench.run("crashpoints nowhere.json").code == 2);
}

}  // namespace
}  // namespace wavetank::app
