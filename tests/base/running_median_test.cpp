#include "system/base/running_median.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cstdint>

using namespace wavetank;

TEST_CASE("a running median is the upper middle, whenever it is first asked for") {
  CHECK(rc::check([](const std::vector<std::int16_t>& values) {
    RunningMedian<std::int16_t> running;
    std::vector<std::int16_t> sorted;
    const std::size_t first = *rc::gen::inRange<std::size_t>(0, values.size() + 1);
    for (const std::int16_t value : values) {
      running.add(value);
      sorted.insert(std::upper_bound(sorted.begin(), sorted.end(), value), value);
      RC_ASSERT(running.size() == sorted.size());
      if (sorted.size() <= first) continue;  // nobody has asked so far
      RC_ASSERT(running.median() == sorted[sorted.size() / 2]);
    }
  }));
}
