#include "sim/random/zipf.h"

#include <algorithm>
#include <cmath>
#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "sim/random/key_partition.h"
#include "system/base/check.h"
#include "system/base/random.h"

using namespace wavetank;
using sim::Entropy;
using sim::Zipf;

namespace {

constexpr Purpose purpose("zipf_test");
constexpr Uint128 whole = Uint128{1} << 64;

double harmonic(std::uint64_t n, double s) {
  long double sum = 0;
  for (std::uint64_t k = n; k > 0; --k) sum += powl(static_cast<long double>(k), -s);
  return static_cast<double>(sum);
}

}  // namespace

TEST_CASE("shares follow the formula and sum to exactly one") {
  for (const double s : {0.0, 0.3, 0.99, 1.0, 1.1, 2.0, 40.0, 300.0}) {
    for (const std::uint64_t n : {1u, 2u, 3u, 1000u, 70'000u}) {
      CAPTURE(s);
      CAPTURE(n);
      const Zipf zipf(n, s);
      const double total = harmonic(n, s);
      CHECK(zipf.share_before(0) == 0);
      CHECK(zipf.share_before(n) == whole);
      for (const std::uint64_t rank : {std::uint64_t{0}, n / 3, n - 1}) {
        const double want = std::pow(static_cast<double>(rank + 1), -s) / total;
        CHECK(std::abs(zipf.share(rank) - want) < 1e-13 * want + 2e-19 + 1e-14);
      }
    }
  }
}

TEST_CASE("a word chooses the rank whose share holds it: the inverse, exactly") {
  for (const double s : {0.0, 0.5, 1.0, 1.1, 3.0, 80.0}) {
    for (const std::uint64_t n : {1u, 2u, 17u, 100'000u}) {
      const Zipf zipf(n, s);
      for (std::uint64_t i = 0; i < 2'000; ++i) {
        std::uint64_t word = mix64(i) >> (i % 40);
        if (i % 2 == 1) word = ~word;
        const std::uint64_t rank = zipf.rank(word);
        REQUIRE(rank < n);
        CHECK(zipf.share_before(rank) <= word);
        CHECK(zipf.share_before(rank + 1) > word);
      }
      const std::uint64_t last = zipf.rank(~std::uint64_t{0});
      CHECK(zipf.share_before(last + 1) == whole);
      CHECK(zipf.rank(0) == 0);
    }
  }
}

TEST_CASE("every rank that has a share is found at both its ends") {
  const Zipf zipf(5'000, 1.3);
  for (std::uint64_t rank = 0; rank < 5'000; ++rank) {
    const Uint128 end = zipf.share_before(rank + 1);
    CHECK(zipf.rank(static_cast<std::uint64_t>(zipf.share_before(rank))) == rank);
    CHECK(zipf.rank(static_cast<std::uint64_t>(end - 1)) == rank);
  }
}

TEST_CASE("popularity never rises with the rank") {
  CHECK(rc::check([] {
    const auto n = *rc::gen::inRange<std::uint64_t>(2, 500);
    const double s = 0.01 * *rc::gen::inRange(0, 400);
    const Zipf zipf(n, s);
    const auto rank = *rc::gen::inRange<std::uint64_t>(0, n - 1);
    // Uniform shares are cut to whole words of 2^-64, and so may differ by one.
    RC_ASSERT(zipf.share(rank) >= zipf.share(rank + 1) - 0x1p-64);
  }));
}

TEST_CASE("drawn frequencies match the shares") {
  const Zipf zipf(1'000'000, 1);
  int top = 0;
  int tail = 0;
  for (std::uint64_t i = 0; i < 100'000; ++i) {
    const std::uint64_t rank = zipf.rank(draw(1, purpose, i));
    if (rank == 0) ++top;
    if (rank >= 1'000) ++tail;
  }
  CHECK(std::abs(top / 100'000.0 - zipf.share(0)) < 4.5 * 0.0008);
  const double tail_share = 1 - harmonic(1'000, 1) / harmonic(1'000'000, 1);
  CHECK(std::abs(tail / 100'000.0 - tail_share) < 4.5 * 0.0016);
}

TEST_CASE("a cache builds a table once and tells exponents apart") {
  sim::ZipfCache cache;
  const auto table = cache.get(1'000, 1.1);
  CHECK(cache.get(1'000, 1.1) == table);
  CHECK(cache.get(1'000, 1.2) != table);
  CHECK(cache.get(1'001, 1.1) != table);
}

TEST_CASE("a cache that serves many runs stays small") {
  sim::ZipfCache cache;
  const auto first = cache.get(100, 1);
  for (std::uint64_t keys = 101; keys < 101 + sim::ZipfCache::tables_max; ++keys) {
    static_cast<void>(cache.get(keys, 1));
  }
  CHECK(cache.get(100, 1) != first);
  CHECK(first->keys() == 100);  // what was handed out outlives it
}

TEST_CASE("a law over no keys, or over too many, is refused") {
  CHECK_THROWS_AS(Zipf(0, 1), Broken);
  CHECK_THROWS_AS(Zipf(10, -1), Broken);
  CHECK_THROWS_AS(Zipf(Zipf::keys_max + 1, 1), Broken);
  CHECK(Zipf(std::uint64_t{1} << 40, 0).rank(~std::uint64_t{0}) == (std::uint64_t{1} << 40) - 1);
}

// Zipf(1) over a million keys in 200 partitions. The top key's share is 1 / H(10^6); the rest was
// computed independently of this code.
TEST_CASE("a million Zipf(1) keys in 200 hash partitions") {
  const Zipf zipf(1'000'000, 1);
  CHECK(zipf.share(0) * 200 == doctest::Approx(13.8959).epsilon(1e-5));

  const sim::KeyPartition kafka = sim::partition_by_murmur2(zipf, 200);
  CHECK(kafka.hottest() == 159);
  CHECK(kafka.max_over_mean() == doctest::Approx(14.616).epsilon(1e-4));

  std::vector<double> ratios;
  for (std::uint64_t job = 0; job < 101; ++job) {
    const Entropy entropy{42, purpose, job};
    ratios.push_back(sim::partition_by_draw(zipf, 200, entropy).max_over_mean());
  }
  std::sort(ratios.begin(), ratios.end());
  CHECK(ratios[50] == doctest::Approx(14.6).epsilon(0.005));
  CHECK(ratios[5] == doctest::Approx(14.4).epsilon(0.01));
  // The upper tail jumps by whole keys; its quantile is checked over many more jobs where shares
  // are cheap, in partition_shares_test.cpp.
  CHECK(std::count_if(ratios.begin(), ratios.end(), [](double x) { return x > 15.6; }) < 15);
}
