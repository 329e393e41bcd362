#include "scenarios/engine/sweep.h"

#include <doctest/doctest.h>

using namespace wavetank;
using namespace wavetank::engine;

namespace {

RunReport run_with(const std::string& verdict, int exit_code) {
  RunReport report;
  report.verdict = verdict;
  report.exit_code = exit_code;
  for (const std::uint64_t fired : {3, 0, 4}) {
    FaultResult fault;
    fault.fault = "crash";
    fault.fired = fired;
    report.faults.push_back(fault);
  }
  return report;
}

}  // namespace

TEST_CASE("a fault that a seed drew more than once is one fault of that seed") {
  const SweepSeed seed = seed_of(run_with("pass", 0), {});
  REQUIRE(seed.fired.size() == 1);
  CHECK(seed.fired[0] == std::pair<std::string, std::uint64_t>{"crash", 7});
  SweepTally tally(true);
  tally.add(seed);
  CHECK(tally.faults().at("crash").runs == 1);
}

TEST_CASE("seeds of a swarm that tested too little neither fail it nor count as passed") {
  SweepTally tally(true);
  tally.add(seed_of(run_with("pass", 0), {}));
  tally.add(seed_of(run_with("invalid", 4), {}));
  tally.add(seed_of(run_with("pass", 0), {}));
  CHECK(tally.exit_code() == 0);
  CHECK(tally.headline() == "PASS  2 of 3 seeds pass; the others tested too little to say");
  SweepTally plain(false);
  plain.add(seed_of(run_with("invalid", 4), {}));
  CHECK(plain.exit_code() == 4);
}
