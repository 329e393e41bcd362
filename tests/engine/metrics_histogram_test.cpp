#include "scenarios/engine/metrics/histogram.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <limits>
#include <vector>

using namespace wavetank;
using namespace wavetank::engine;

namespace {

std::int64_t exact_quantile(std::vector<std::int64_t> values, Histogram::PerMillion q) {
  std::sort(values.begin(), values.end());
  const std::uint64_t n = values.size();
  const std::uint64_t rank = std::max<std::uint64_t>(1, (n * q + 999'999) / 1'000'000);
  return values[rank - 1];
}

/// Values of all magnitudes, with ties.
rc::Gen<std::vector<std::int64_t>> any_values() {
  return rc::gen::nonEmpty(rc::gen::container<std::vector<std::int64_t>>(rc::gen::map(
      rc::gen::pair(rc::gen::inRange<int>(0, 62), rc::gen::inRange<std::int64_t>(0, 1 << 20)),
      [](const std::pair<int, std::int64_t>& p) {
        const std::int64_t high = p.first < 43 ? p.second << p.first : p.second << 43;
        return high >= 0 ? high : p.second;
      })));
}

}  // namespace

TEST_CASE("values below 256 are kept exactly") {
  Histogram histogram;
  for (std::int64_t v = 1; v <= 200; ++v) histogram.record(v);
  CHECK(histogram.count() == 200);
  CHECK(histogram.sum() == 20'100);
  CHECK(histogram.quantile(500'000) == 100);
  CHECK(histogram.quantile(990'000) == 198);
  CHECK(histogram.quantile(999'000) == 200);
  CHECK(histogram.quantile(0) == 1);
  CHECK(histogram.quantile(1'000'000) == 200);
}

TEST_CASE("an empty histogram answers zero") {
  const Histogram histogram;
  CHECK(histogram.empty());
  CHECK(histogram.quantile(500'000) == 0);
  CHECK(histogram.min() == 0);
  CHECK(histogram.max() == 0);
  CHECK(histogram.mean() == 0);
}

TEST_CASE("the smallest and largest integers have a bucket; negative values count as zero") {
  Histogram histogram;
  histogram.record(-5);
  histogram.record(std::numeric_limits<std::int64_t>::max());
  CHECK(histogram.min() == 0);
  CHECK(histogram.max() == std::numeric_limits<std::int64_t>::max());
  CHECK(Histogram::index_of(~std::uint64_t{0} >> 1) <
        Histogram::block_count * Histogram::buckets_per_block);
}

TEST_CASE("buckets follow each other without gap or overlap") {
  std::uint32_t last = Histogram::index_of(0);
  for (std::uint64_t v = 1; v < (1u << 20); ++v) {
    const std::uint32_t index = Histogram::index_of(v);
    REQUIRE((index == last || index == last + 1));
    last = index;
  }
  for (std::uint32_t i = 0; i <= last; ++i) {
    REQUIRE(Histogram::index_of(static_cast<std::uint64_t>(Histogram::middle_of(i))) == i);
  }
}

TEST_CASE("quantiles are within one percent of a sorted vector's") {
  rc::check([](std::uint32_t draw) {
    const auto values = *any_values();
    const Histogram::PerMillion q = draw % 1'000'001;
    Histogram histogram;
    Uint128 sum = 0;
    for (const std::int64_t v : values) {
      histogram.record(v);
      sum += static_cast<Uint128>(v);
    }
    const std::int64_t exact = exact_quantile(values, q);
    const std::int64_t got = histogram.quantile(q);
    RC_ASSERT(got >= exact - exact / 100);
    RC_ASSERT(got <= exact + exact / 100);
    RC_ASSERT(histogram.count() == values.size());
    RC_ASSERT(histogram.sum() == sum);
    RC_ASSERT(histogram.min() == *std::min_element(values.begin(), values.end()));
    RC_ASSERT(histogram.max() == *std::max_element(values.begin(), values.end()));
  });
}

TEST_CASE("merging two is recording all in one; clearing forgets all") {
  rc::check([] {
    const auto left = *any_values();
    const auto right = *any_values();
    Histogram a, b, all;
    for (const std::int64_t v : left) a.record(v);
    for (const std::int64_t v : right) b.record(v);
    for (const std::int64_t v : left) all.record(v);
    for (const std::int64_t v : right) all.record(v);
    a.merge(b);
    for (Histogram::PerMillion q = 0; q <= 1'000'000; q += 50'000) {
      RC_ASSERT(a.quantile(q) == all.quantile(q));
    }
    RC_ASSERT(a.sum() == all.sum());
    a.clear();
    RC_ASSERT(a.empty());
    for (const std::int64_t v : right) a.record(v);
    RC_ASSERT(a.quantile(500'000) == b.quantile(500'000));
  });
}

TEST_CASE("memory follows the magnitudes that occur") {
  Histogram narrow, wide;
  for (int i = 0; i < 1'000; ++i) {
    narrow.record(1'000'000 + i);
    wide.record(std::int64_t{1} << (i % 60));
  }
  CHECK(narrow.memory() < 2'000);
  CHECK(wide.memory() > 50'000);
}
