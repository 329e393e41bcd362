#include "system/balancer.h"

#include <algorithm>
#include <doctest/doctest.h>

using namespace wavetank;
using namespace wavetank::service;

namespace {

std::vector<NodeId> nodes(std::uint32_t n) {
  std::vector<NodeId> out;
  for (std::uint32_t i = 0; i < n; ++i) out.push_back({i});
  return out;
}

/// The most that one of `n` replicas gets of as many requests, none of which ends.
std::int64_t most_of(Balance balance, std::int64_t of, std::uint32_t n) {
  Balancer balancer(balance, of, 7, nodes(n));
  std::vector<std::int64_t> got(n);
  for (std::uint64_t subject = 0; subject < n; ++subject) {
    const std::size_t at = balancer.pick(subject, 0);
    balancer.sent(at);
    ++got[at];
  }
  return *std::max_element(got.begin(), got.end());
}

}  // namespace

TEST_CASE("the power of two choices: looking at two replicas is far better than at one") {
  // n balls into n bins: ln n / ln ln n (1 + o(1)) at random, ln ln n / ln 2 + O(1) with two.
  CHECK(most_of(Balance::random, 0, 10'000) >= 6);
  CHECK(most_of(Balance::least_loaded, 1, 10'000) >= 6);
  CHECK(most_of(Balance::least_loaded, 2, 10'000) <= 4);
  CHECK(most_of(Balance::least_loaded, 0, 1'000) == 1);
  CHECK(most_of(Balance::round_robin, 0, 1'000) == 1);
}

TEST_CASE("what a request draws is its own, and a reply frees its replica") {
  Balancer balancer(Balance::random, 0, 7, nodes(10));
  const std::size_t first = balancer.pick(3, 0);
  balancer.pick(4, 0);
  CHECK(balancer.pick(3, 0) == first);
  Balancer pair(Balance::least_loaded, 0, 7, nodes(2));
  std::size_t busy = 0;
  {
    Dispatch dispatch(pair, 1, 0);
    busy = dispatch.node().value;
    CHECK(pair.pick(2, 0) != busy);
    CHECK(pair.pick(3, 0) != busy);
  }
  bool again = false;
  for (std::uint64_t subject = 0; subject < 20; ++subject) {
    again = again || pair.pick(subject, 0) == busy;
  }
  CHECK(again);
}
