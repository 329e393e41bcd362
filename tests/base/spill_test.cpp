// What an external merge sort costs: worked examples, and a merge played step by step.

#include "system/base/spill.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "system/base/check.h"

using namespace wavetank;

namespace {

/// Passes over the data: runs are merged `fan_in` at a time until one is left.
std::int64_t passes_of(std::int64_t runs, std::int64_t fan_in) {
  std::int64_t passes = 0;
  while (runs > 1) {
    runs = (runs + fan_in - 1) / fan_in;
    ++passes;
  }
  return passes;
}

}  // namespace

TEST_CASE("spill: nothing where the working set fits, to the byte") {
  const SpillPlan fits = spill_plan(mib(100), 3, mib(300), 10);
  CHECK(fits.runs == 0);
  CHECK(fits.passes == 0);
  CHECK(fits.moved == Bytes{});
  const SpillPlan spills = spill_plan(mib(100), 3, mib(300) - Bytes{1}, 10);
  CHECK(spills.runs == 2);
  CHECK(spills.passes == 1);
  CHECK(spills.moved == mib(200));
}

TEST_CASE("spill: a working set is rounded up, and wider than 64 bits on the way") {
  CHECK(working_set({1}, 2.5) == Bytes{3});
  CHECK(working_set({0}, 3) == Bytes{0});
  CHECK(working_set({std::int64_t{1} << 60}, 4) == Bytes{std::int64_t{1} << 62});
}

TEST_CASE("spill: 2 GB at expansion 3 in 2.41 GB are 3 runs and 4 GB of I/O") {
  const SpillPlan plan = spill_plan(gigabytes(2), 3, megabytes(2410), 10);
  CHECK(plan.runs == 3);
  CHECK(plan.passes == 1);
  CHECK(plan.moved == gigabytes(4));
}

TEST_CASE("spill: one more run than the fan-in is one more pass") {
  CHECK(spill_plan({10}, 1, {1}, 10).passes == 1);
  CHECK(spill_plan({11}, 1, {1}, 10).passes == 2);
  CHECK(spill_plan({100}, 1, {1}, 10).passes == 2);
  CHECK(spill_plan({101}, 1, {1}, 10).passes == 3);
  CHECK(spill_plan({8}, 1, {1}, 2).passes == 3);
}

TEST_CASE("spill: without memory or with a merge of one input there is no sort") {
  CHECK(spill_plan({0}, 3, {0}, 10).runs == 0);
  CHECK_THROWS_AS(spill_plan({1}, 3, {0}, 10), Broken);
  CHECK_THROWS_AS(spill_plan({9}, 1, {1}, 1), Broken);
}

TEST_CASE("spill: 450 TB in 600,000 partitions is the knee, 900 with twice the memory") {
  // P partitions of D / P bytes, expansion 3, M_t 2.25 GB: the knee is at D = P M_t / e; where the
  // hottest partition is r times the mean, at D / r.
  const std::int64_t partitions = 600'000;
  const auto spills = [&](std::int64_t gigabytes_in_all, Bytes memory, std::int64_t skew_milli) {
    const std::int64_t mean = gigabytes_in_all * 1'000'000'000 / partitions;
    return spill_plan({mean * skew_milli / 1000}, 3, memory, 10).runs > 0;
  };
  CHECK_FALSE(spills(450'000, megabytes(2250), 1000));
  CHECK(spills(450'001, megabytes(2250), 1000));
  CHECK_FALSE(spills(900'000, megabytes(4500), 1000));
  CHECK(spills(900'001, megabytes(4500), 1000));
  CHECK_FALSE(spills(300'000, megabytes(2250), 1500));
  CHECK(spills(300'001, megabytes(2250), 1500));
}

TEST_CASE("spill: runs and passes are those of a merge played out") {
  CHECK(rc::check("spill against a merge", [] {
    const auto serialized = *rc::gen::inRange<std::int64_t>(1, 1'000'000);
    const auto memory = *rc::gen::inRange<std::int64_t>(1, 100'000);
    const auto fan_in = *rc::gen::inRange<std::int64_t>(2, 20);
    const SpillPlan plan = spill_plan(Bytes{serialized}, 2, Bytes{memory}, fan_in);
    const std::int64_t runs = (2 * serialized + memory - 1) / memory;
    if (runs == 1) {
      RC_ASSERT(plan.runs == 0);
      return;
    }
    RC_ASSERT(plan.runs == runs);
    RC_ASSERT(plan.passes == passes_of(runs, fan_in));
    RC_ASSERT(plan.moved.count == 2 * serialized * plan.passes);
  }));
}
