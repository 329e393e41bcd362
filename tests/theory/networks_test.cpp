// Queueing networks with known answers. The part runs in CI; the whole writes docs/validation.md.

#include <doctest/doctest.h>
#include <fstream>
#include <iostream>
#include <map>

#include "tests/theory/suite.h"

using namespace wavetank::theory;

namespace {

std::string cells(const Row& row) {
  return "| " + row.name + " | " + row.figure + " | " + row.expected + " | " + row.observed +
         " | " + row.interval + " | " + row.runs + " | " + (row.passes ? "pass" : "FAIL") + " |\n";
}

std::string page(const std::vector<Row>& rows) {
  std::string out =
      "# Validation\n\nWritten by `./dev theory`. Each case has an answer that queueing theory or "
      "arithmetic\ngives; the simulator must find it, through the scenario file, the load, the "
      "gate and the stations\nthat every other run uses. Little's law holds exactly, in 128-bit "
      "integers, in each of these\nruns: a difference ends the run.\n\n"
      "A figure is the mean over the replications, and the interval 4.5 standard errors of it. It "
      "passes\nwithin that and within 2 % of the expected value (percentiles 3 %). Run lengths "
      "follow the load:\n7.68 (1 + rho) / ((1 - rho)^2 eps^2) customers for a mean, twice that "
      "for p95, three times for p99;\nthe first 10 / (1 - sqrt(rho))^2 service times of each "
      "replication are deleted. The seed of\nreplication r of case k is 1000 k + r, written before "
      "anything was run. S is the mean service time. A range is the spread that chance has, and\n"
      "one sample is judged by it.\n\n"
      "| case | figure | expected | observed | interval | replications x customers | verdict |\n"
      "| --- | --- | --- | --- | --- | --- | --- |\n";
  for (const Row& row : rows) out += cells(row);
  return out;
}

/// A case is run once, however many test cases ask for it.
const std::vector<Row>& rows_of(const Case& one) {
  static std::map<int, std::vector<Row>> known;
  const auto found = known.find(one.number);
  if (found != known.end()) return found->second;
  const std::vector<Row>& rows = known[one.number] = judge(one);
  for (const Row& row : rows) std::cout << cells(row) << std::flush;
  return rows;
}

std::vector<Row> judged(bool whole) {
  std::vector<Row> rows;
  for (const Case& one : all_cases()) {
    if (!whole && !one.part) continue;
    for (const Row& row : rows_of(one)) {
      CAPTURE(cells(row));
      CHECK(row.passes);
      rows.push_back(row);
    }
  }
  return rows;
}

}  // namespace

TEST_CASE("networks with known answers: the part below rho .9") {
  CHECK(judged(false).size() > 15);
}

TEST_CASE("whole: networks with known answers, written to docs/validation.md" * doctest::skip()) {
  const std::vector<Row> rows = judged(true);
  std::ofstream file(WAVETANK_SOURCE_DIR "/docs/validation.md");
  file << page(rows);
  CHECK(file.flush());
}
