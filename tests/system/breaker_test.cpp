#include "system/breaker.h"

#include <doctest/doctest.h>

using namespace wavetank;
using namespace wavetank::service;
using Change = Breaker::Change;
using Pass = Breaker::Pass;

namespace {

constexpr Time at(std::int64_t s) { return Time{} + whole_seconds(s); }

/// Opened at `s` seconds, by five failures in a row.
Breaker opened_at(std::int64_t s) {
  Breaker breaker(BreakerSettings{});
  for (int i = 0; i < 4; ++i) CHECK(breaker.failed(Pass::ordinary, at(s)) == Change::none);
  CHECK(breaker.failed(Pass::ordinary, at(s)) == Change::opened);
  return breaker;
}

}  // namespace

TEST_CASE("breaker: opens after so many failures in a row, not in all") {
  Breaker breaker(BreakerSettings{});
  for (int i = 0; i < 20; ++i) {
    CHECK(breaker.failed(Pass::ordinary, at(i)) == Change::none);
    if (i % 4 == 3) CHECK(breaker.succeeded(Pass::ordinary, at(i)) == Change::none);
  }
  CHECK(!breaker.open());
  CHECK(breaker.allow(at(20)) == Pass::ordinary);
}

TEST_CASE("breaker: open it refuses everything, then lets one trial through") {
  Breaker breaker = opened_at(10);
  CHECK(breaker.open());
  CHECK(breaker.allow(at(10)) == Pass::refused);
  CHECK(breaker.allow(at(69)) == Pass::refused);
  CHECK(breaker.allow(at(70)) == Pass::trial);
  CHECK(breaker.allow(at(70)) == Pass::refused);
  CHECK(breaker.allow(at(100)) == Pass::refused);
}

TEST_CASE("breaker: a good trial closes it and says how long it was open") {
  Breaker breaker = opened_at(10);
  CHECK(breaker.allow(at(75)) == Pass::trial);
  CHECK(breaker.succeeded(Pass::trial, at(76)) == Change::closed);
  CHECK(breaker.last_open() == whole_seconds(66));
  CHECK(!breaker.open());
  // And the count begins anew.
  for (int i = 0; i < 4; ++i) CHECK(breaker.failed(Pass::ordinary, at(80)) == Change::none);
  CHECK(breaker.allow(at(80)) == Pass::ordinary);
}

TEST_CASE("breaker: a bad trial opens it for another while, without saying so again") {
  Breaker breaker = opened_at(10);
  CHECK(breaker.allow(at(70)) == Pass::trial);
  CHECK(breaker.failed(Pass::trial, at(72)) == Change::none);
  CHECK(breaker.allow(at(131)) == Pass::refused);
  CHECK(breaker.allow(at(132)) == Pass::trial);
}

TEST_CASE("breaker: a trial that nobody reports, for its caller died, is given up") {
  Breaker breaker = opened_at(10);
  CHECK(breaker.allow(at(70)) == Pass::trial);
  CHECK(breaker.allow(at(129)) == Pass::refused);
  CHECK(breaker.allow(at(130)) == Pass::trial);
}

TEST_CASE("breaker: a late success of a call sent before it opened closes nothing") {
  Breaker breaker = opened_at(10);
  CHECK(breaker.succeeded(Pass::ordinary, at(11)) == Change::none);
  CHECK(breaker.open());
  CHECK(breaker.allow(at(12)) == Pass::refused);
  // Nor does it while the trial is under way; the trial decides.
  CHECK(breaker.allow(at(70)) == Pass::trial);
  CHECK(breaker.succeeded(Pass::ordinary, at(71)) == Change::none);
  CHECK(breaker.open());
  CHECK(breaker.succeeded(Pass::trial, at(72)) == Change::closed);
}

TEST_CASE("breaker: a late failure of a call sent before it opened does not end the trial") {
  Breaker breaker = opened_at(10);
  CHECK(breaker.allow(at(70)) == Pass::trial);
  CHECK(breaker.failed(Pass::ordinary, at(71)) == Change::none);
  CHECK(breaker.allow(at(71)) == Pass::refused);
  CHECK(breaker.succeeded(Pass::trial, at(72)) == Change::closed);
}

TEST_CASE("breaker: switched off it never opens") {
  BreakerSettings settings;
  settings.disarm();
  Breaker breaker(settings);
  for (int i = 0; i < 100; ++i) CHECK(breaker.failed(Pass::ordinary, at(i)) == Change::none);
  CHECK(!breaker.open());
  CHECK(breaker.allow(at(100)) == Pass::ordinary);
}
