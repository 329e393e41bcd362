// What an external merge sort costs: runs and passes against a merge played step by step.

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "system/worker.h"

using namespace wavetank;
using service::spill_plan;

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
  const auto fits = spill_plan(mib(100), 3, mib(300), 10);
  CHECK(fits.runs == 0);
  CHECK(fits.moved == Bytes{});
  const auto spills = spill_plan(mib(100), 3, mib(300) - Bytes{1}, 10);
  CHECK(spills.runs == 2);
  CHECK(spills.passes == 1);
  CHECK(spills.moved == mib(200));
}

TEST_CASE("spill: serialized bytes are moved, expanded ones fill the memory") {
  const auto plan = spill_plan(gib(1), 3, mib(100), 10);
  CHECK(plan.runs == 31);
  CHECK(plan.passes == 2);
  CHECK(plan.moved == gib(4));
}

TEST_CASE("spill: runs and passes are those of a merge played out") {
  CHECK(rc::check([] {
    const auto serialized = *rc::gen::inRange<std::int64_t>(1, 1'000'000);
    const auto memory = *rc::gen::inRange<std::int64_t>(1, 100'000);
    const auto fan_in = *rc::gen::inRange<std::int64_t>(2, 20);
    const auto plan = spill_plan(Bytes{serialized}, 2, Bytes{memory}, fan_in);
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
