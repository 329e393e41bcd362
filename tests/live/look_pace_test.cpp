// Looks at a platform that is not ours, beside a load, under a limit of both.

#include "system/live/look_pace.h"

#include <doctest/doctest.h>

#include <vector>

namespace wavetank::live {
namespace {

struct Minute {
  std::vector<int> looks, sent;  ///< of each second
  int in(std::size_t from, std::size_t to) const {
    int all = 0;
    for (std::size_t k = from; k < to; ++k) all += looks[k] + sent[k];
    return all;
  }
};

/// Somebody looks ten times at once every tenth of a second, and `load(second)` is sent evenly.
template <class Load>
Minute minute(LookPace& pace, const Load& load) {
  Minute out;
  for (int second = 0; second < 60; ++second) {
    out.looks.push_back(0);
    out.sent.push_back(load(second));
    for (int k = 0; k < 100; ++k) {
      const Time now = Time{} + milliseconds(second * 1'000 + k * 10);
      if (out.sent.back() > 0 && k % (100 / out.sent.back()) == 0) pace.sent(now);
      for (int n = 0; n < 10 && k % 10 == 0; ++n) out.looks.back() += pace.look(now) ? 1 : 0;
    }
  }
  return out;
}

}  // namespace

TEST_CASE("look pace: without a limit nobody waits") {
  LookPace pace(Rate{0});
  const Minute all = minute(pace, [](int) { return 10; });
  CHECK(all.in(0, 60) == 60 * 110);
  CHECK(pace.looks() == 6'000);
  CHECK(pace.put_off() == 0);
  CHECK(pace.interval() == Duration{});
}

TEST_CASE("look pace: looks and load stay within the limit, and use nine tenths of it") {
  LookPace pace(Rate{20});
  // Each tenth of the time another load, up to nine tenths of the limit.
  const Minute all = minute(pace, [](int second) { return second % 20 < 10 ? 5 : 10; });
  for (std::size_t from = 0; from + 10 <= 60; ++from) CHECK(all.in(from, from + 10) <= 200);
  CHECK(all.in(0, 60) >= 60 * 18);
  CHECK(pace.put_off() > 0);
}

TEST_CASE("look pace: a load at the limit leaves no look, and what follows it leaves all") {
  LookPace pace(Rate{10});
  const Minute all = minute(pace, [](int second) { return second < 30 ? 10 : 0; });
  int beside = 0, after = 0;
  for (std::size_t k = 10; k < 60; ++k) (k < 30 ? beside : after) += all.looks[k];
  CHECK(beside == 0);
  CHECK(after >= 30 * 9 - 120);
  CHECK(all.in(30, 40) <= 100);
}

TEST_CASE("look pace: what is left beside a load is foretold") {
  CHECK(LookPace::left(Rate{100}, 60) == doctest::Approx(30));
  CHECK(LookPace::left(Rate{100}, 95) == 0);
  CHECK(LookPace(Rate{1}).interval() > whole_seconds(1));
}

}  // namespace wavetank::live
