#include <doctest/doctest.h>

#include "scenarios/engine/load/slot_hours.h"
#include "tests/engine/load_subject.h"

using namespace wavetank;
using namespace wavetank::engine;
using wavetank::engine::test::loads_of;

namespace {

std::vector<LoadEntry> day(const std::string& more = "") {
  auto entries = loads_of(R"json([{"name": "jobs", "shape": "trace", "file": "x",
    "columns": {"time": "2", "input": "4", "shuffle": "5", "output": "6"})json" + more + "}]");
  entries[0].trace()->path = WAVETANK_SOURCE_DIR "/scenarios/traces/facebook_2009_day.tsv";
  return entries;
}

OfferedWork offered(const std::vector<LoadEntry>& entries) {
  return offered_work(LoadPlan(entries, 42), {}, {});
}

/// Of 480 slots, to a hundredth.
double busy(const OfferedWork& work, std::size_t hour) {
  return static_cast<double>(static_cast<int>(work.slot_hours.at(hour) / 480 * 100 + 0.5)) / 100;
}

}  // namespace

TEST_CASE("a day at Facebook offers exactly the work that is known of it") {
  const OfferedWork work = offered(day());
  CHECK(work.jobs == 5'894);
  CHECK(work.maps == 205'713);
  CHECK(work.reduces == 26'690);
  CHECK(work.jobs_without_reduces == 4'448);
  CHECK(work.slot_seconds == doctest::Approx(13'013'629.6).epsilon(1e-8));
  CHECK(work.slot_seconds / (480 * 86'400.0) == doctest::Approx(0.314).epsilon(1e-3));
  CHECK(busy(work, 4) == 1.22);
  CHECK(busy(work, 7) == 2.04);
  double total = 0;
  for (std::size_t hour = 0; hour < work.slot_hours.size(); ++hour) {
    total += work.slot_hours[hour];
    if (hour != 4 && hour != 7) CHECK(busy(work, hour) < 1);
  }
  CHECK(total * 3600 == doctest::Approx(work.slot_seconds));
}

TEST_CASE("ten such days, shifted by 2.4 hours, offer ten times as much") {
  const OfferedWork once = offered(day());
  const OfferedWork work = offered(day(R"(, "repeat": {"times": 10, "every": "2h24m"})"));
  CHECK(work.jobs == 58'940);
  CHECK(work.maps == 2'057'130);
  CHECK(work.reduces == 266'900);
  CHECK(work.slot_seconds == doctest::Approx(10 * once.slot_seconds));
  CHECK(work.slot_hours.size() == 46);
}

TEST_CASE("twice the load is every job twice") {
  const OfferedWork work = offered(day(R"(, "scale": 2)"));
  CHECK(work.jobs == 2 * 5'894);
  CHECK(work.maps == 2 * 205'713);
}

TEST_CASE("a job's slot time, by hand") {
  Workload work;
  work.input = megabytes(1'000);   // 8 maps of 3 s, 200 s of reading
  work.shuffle = megabytes(600);   // 60 s of writing; 2 reduces of 3 s, 120 s of fetching
  work.output = megabytes(50);     // 2 s
  work.compute = whole_seconds(5);
  CHECK(slot_seconds(work, {}, {}) == doctest::Approx(24 + 200 + 60 + 6 + 120 + 2 + 5));
  work.shuffle = {};
  CHECK(slot_seconds(work, {}, {}) == doctest::Approx(24 + 200 + 2 + 5));
}
