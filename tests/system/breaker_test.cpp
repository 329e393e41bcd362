#include "system/breaker.h"

#include <doctest/doctest.h>

using namespace wavetank;
using namespace wavetank::service;
using Change = Breaker::Change;

namespace {

constexpr Time at(std::int64_t s) { return Time{} + whole_seconds(s); }

/// Opened at `s` seconds, by five failures in a row.
Breaker opened_at(std::int64_t s) {
  Breaker breaker(BreakerSettings{});
  for (int i = 0; i < 4; ++i) CHECK(breaker.failed(at(s)) == Change::none);
  CHECK(breaker.failed(at(s)) == Change::opened);
  return breaker;
}

}  // namespace

TEST_CASE("breaker: opens after so many failures in a row, not in all") {
  Breaker breaker(BreakerSettings{});
  for (int i = 0; i < 20; ++i) {
    CHECK(breaker.failed(at(i)) == Change::none);
    if (i % 4 == 3) CHECK(breaker.succeeded(at(i)) == Change::none);
  }
  CHECK(!breaker.open());
  CHECK(breaker.allow(at(20)));
}

TEST_CASE("breaker: open it refuses everything, then lets one trial through") {
  Breaker breaker = opened_at(10);
  CHECK(breaker.open());
  CHECK(!breaker.allow(at(10)));
  CHECK(!breaker.allow(at(69)));
  CHECK(breaker.allow(at(70)));
  CHECK(!breaker.allow(at(70)));
  CHECK(!breaker.allow(at(100)));
}

TEST_CASE("breaker: a good trial closes it and says how long it was open") {
  Breaker breaker = opened_at(10);
  CHECK(breaker.allow(at(75)));
  CHECK(breaker.succeeded(at(76)) == Change::closed);
  CHECK(breaker.last_open() == whole_seconds(66));
  CHECK(!breaker.open());
  // And the count begins anew.
  for (int i = 0; i < 4; ++i) CHECK(breaker.failed(at(80)) == Change::none);
  CHECK(breaker.allow(at(80)));
}

TEST_CASE("breaker: a bad trial opens it for another while, without saying so again") {
  Breaker breaker = opened_at(10);
  CHECK(breaker.allow(at(70)));
  CHECK(breaker.failed(at(72)) == Change::none);
  CHECK(!breaker.allow(at(131)));
  CHECK(breaker.allow(at(132)));
}

TEST_CASE("breaker: a trial that nobody reports, for its caller died, is given up") {
  Breaker breaker = opened_at(10);
  CHECK(breaker.allow(at(70)));
  CHECK(!breaker.allow(at(129)));
  CHECK(breaker.allow(at(130)));
}

TEST_CASE("breaker: switched off it never opens") {
  BreakerSettings settings;
  settings.disarm();
  Breaker breaker(settings);
  for (int i = 0; i < 100; ++i) CHECK(breaker.failed(at(i)) == Change::none);
  CHECK(!breaker.open());
  CHECK(breaker.allow(at(100)));
}
