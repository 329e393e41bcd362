#pragma once
// What every place of locks must do.

#include <doctest/doctest.h>
#include <unistd.h>

#include "system/live/drill/lock.h"

namespace wavetank::live {

inline void check_lock_place(LockPlace& place) {
  const std::string run = "run";
  const std::string halt = "halt";
  REQUIRE(place.read(run));
  CHECK(place.read(run)->empty());
  CHECK(!place.drop(run, "nobody"));
  CHECK(*place.take(run, "{\"a\":\"it's\"}", minutes(1)) == "{\"a\":\"it's\"}");
  CHECK(*place.take(run, "{\"a\":\"it's\"}", minutes(1)) == "{\"a\":\"it's\"}");
  CHECK(*place.take(run, "b", minutes(1)) == "{\"a\":\"it's\"}");
  CHECK(*place.read(run) == "{\"a\":\"it's\"}");
  // Entries are apart from each other.
  CHECK(*place.take(halt, "b", hours(24 * 365 * 50)) == "b");
  CHECK(!place.drop(run, "b"));
  CHECK(*place.read(run) == "{\"a\":\"it's\"}");
  CHECK(!place.drop(run, "{\"a\":\"it's\"}"));
  CHECK(place.read(run)->empty());
  CHECK(*place.read(halt) == "b");
  CHECK(!place.drop(halt, "b"));
  // One that lapses is nobody's.
  CHECK(*place.take(run, "c", milliseconds(50)) == "c");
  while (!place.read(run)->empty()) ::usleep(5'000);
  CHECK(*place.take(run, "d", minutes(1)) == "d");
  CHECK(!place.drop(run, "d"));
  CHECK(!place.where().empty());
}

}  // namespace wavetank::live
