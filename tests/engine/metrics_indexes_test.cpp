#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <vector>

#include "scenarios/engine/metrics/age_index.h"
#include "scenarios/engine/metrics/due_index.h"
#include "scenarios/engine/metrics/grid.h"
#include "scenarios/engine/metrics/output_table.h"

using namespace wavetank;
using namespace wavetank::engine;

TEST_CASE("the age of the oldest follows what is opened and closed, in any order") {
  rc::check([] {
    const std::int64_t resolution = 8;
    AgeIndex index(Duration{resolution}, 1 << 20);
    std::vector<std::int64_t> open;
    const auto steps = *rc::gen::inRange(1, 200);
    for (int i = 0; i < steps; ++i) {
      if (!open.empty() && *rc::gen::inRange(0, 2) == 0) {
        const auto which = *rc::gen::inRange<std::size_t>(0, open.size());
        index.remove(index.slot_of(Time{open[which]}));
        open.erase(open.begin() + static_cast<std::ptrdiff_t>(which));
      } else {
        open.push_back(*rc::gen::inRange<std::int64_t>(0, 5'000));
        index.add(index.slot_of(Time{open.back()}));
      }
      const Time now{10'000};
      const auto age = index.oldest_age(now);
      RC_ASSERT(index.count() == open.size());
      RC_ASSERT(age.has_value() == !open.empty());
      if (open.empty()) continue;
      const std::int64_t exact = now.ns - *std::min_element(open.begin(), open.end());
      RC_ASSERT(age->ns >= exact);
      RC_ASSERT(age->ns < exact + resolution);
    }
  });
}

TEST_CASE("what is overdue at each tick's end is what is open and was due before") {
  rc::check([] {
    const std::int64_t tick = 10;
    DueIndex index{Duration{tick}};
    std::vector<std::int64_t> open;
    std::uint64_t became_overdue = 0;
    std::uint64_t overdue_at_once = 0;
    std::uint64_t closed_in_time = 0;
    std::size_t added = 0;
    for (std::int64_t now = 0; now < 400; ++now) {
      if (now % tick == 0) {
        became_overdue += index.end_tick(Time{now});
        const auto due = std::count_if(open.begin(), open.end(),
                                       [now](std::int64_t at) { return at < now; });
        RC_ASSERT(index.overdue() == static_cast<std::uint64_t>(due));
      }
      if (!open.empty() && *rc::gen::inRange(0, 3) == 0) {
        if (index.remove(Time{open.back()})) ++closed_in_time;
        open.pop_back();
      } else {
        open.push_back(now + *rc::gen::inRange<std::int64_t>(0, 60));
        ++added;
        if (!index.add(Time{open.back()})) ++overdue_at_once;
      }
    }
    index.end_tick(Time{1'000});
    RC_ASSERT(index.overdue() == open.size());
    became_overdue += open.size();
    RC_ASSERT(became_overdue + closed_in_time + overdue_at_once >= added);
  });
}

TEST_CASE("what is never due is never overdue") {
  DueIndex index(whole_seconds(1));
  CHECK(index.add(time_max));
  CHECK(index.end_tick(Time{} + hours(100)) == 0);
  CHECK(index.remove(time_max));
  CHECK(index.overdue() == 0);
}

TEST_CASE("the table of outputs is made page by page and remembers each apart") {
  OutputTable table;
  table[{3}].ready = 1;
  table[{200'000}].accepted = 1;
  const OutputMark near = table[{3}];
  const OutputMark far = table[{200'000}];
  CHECK(bool{near.ready == 1 && near.accepted == 0});
  CHECK(bool{far.ready == 0 && far.accepted == 1});
}

TEST_CASE("the grid has at most 2,400 steps and ticks of at most a minute") {
  CHECK(Grid::over(whole_seconds(20)).step == milliseconds(100));
  CHECK(Grid::over(minutes(10)).step == whole_seconds(1));
  CHECK(Grid::over(hours(1)).step == whole_seconds(5));
  CHECK(Grid::over(hours(36)).step == minutes(1));
  CHECK(Grid::over(hours(24)).tick == minutes(1));
  CHECK(Grid::over(hours(24 * 14)).step == minutes(10));
  CHECK(Grid::over(hours(24 * 14)).tick == minutes(1));
}

TEST_CASE("the clock of phases knows what lies in which") {
  PhaseClock clock;
  CHECK(clock.elapsed(std::nullopt, Time{} + minutes(1)) == Duration{});
  clock.enter(RunPhase::chaos, Time{} + minutes(2));
  clock.enter(RunPhase::settle, Time{} + minutes(10));
  const Time now = Time{} + minutes(12);
  CHECK(clock.elapsed(std::nullopt, now) == minutes(10));
  CHECK(clock.elapsed(RunPhase::warm_up, now) == minutes(2));
  CHECK(clock.elapsed(RunPhase::chaos, now) == minutes(8));
  CHECK(clock.elapsed(RunPhase::settle, now) == minutes(2));
  CHECK(clock.covers(RunPhase::chaos, Time{} + minutes(2), Time{} + minutes(10)));
  CHECK_FALSE(clock.covers(RunPhase::chaos, Time{} + minutes(9), Time{} + minutes(11)));
  CHECK_FALSE(clock.covers(std::nullopt, Time{} + minutes(1), Time{} + minutes(3)));
  CHECK(clock.phases(now).size() == 3);
  CHECK(clock.phases(now)[1].to == 600);
}
