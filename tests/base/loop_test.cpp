// The order of a whole loop against a plain reference: a script of coroutines that sleep, nap, post
// and cancel, run by the loop and by a list sorted by (time, insertion).

#include "system/base/loop.h"

#include <deque>
#include <doctest/doctest.h>
#include <memory>
#include <rapidcheck.h>
#include <utility>
#include <vector>

#include "system/base/task_group.h"

using namespace wavetank;

namespace {

/// What happened: who woke up, and when.
using Trace = std::vector<std::pair<std::int64_t, int>>;

Task<void> nap(Loop& loop, Trace& trace, int who, std::vector<std::int64_t> naps) {
  for (const std::int64_t ns : naps) {
    co_await sleep(loop, nanoseconds(ns));
    trace.emplace_back(loop.now().ns, who);
  }
}

/// The reference: a list, searched for the least time, the first of those that tie.
Trace plain(const std::vector<std::vector<std::int64_t>>& naps, std::int64_t limit) {
  struct Timer {
    std::int64_t at;
    int who;
  };
  std::vector<Timer> timers;
  std::vector<std::size_t> next(naps.size(), 0);
  const auto arm = [&](int who, std::int64_t now) {
    std::size_t& i = next[static_cast<std::size_t>(who)];
    if (i < naps[static_cast<std::size_t>(who)].size()) {
      const Duration nap{naps[static_cast<std::size_t>(who)][i++]};
      timers.push_back({(Time{now} + nap).ns, who});
    }
  };
  for (std::size_t who = 0; who < naps.size(); ++who) arm(static_cast<int>(who), 0);
  Trace trace;
  while (!timers.empty()) {
    std::size_t least = 0;
    for (std::size_t i = 1; i < timers.size(); ++i) {
      if (timers[i].at < timers[least].at) least = i;
    }
    const Timer timer = timers[least];
    if (timer.at > limit) break;
    timers.erase(timers.begin() + static_cast<std::ptrdiff_t>(least));
    trace.emplace_back(timer.at, timer.who);
    arm(timer.who, timer.at);
  }
  return trace;
}

std::vector<std::vector<std::int64_t>> draw_naps() {
  const auto one =
      rc::gen::oneOf(rc::gen::inRange<std::int64_t>(0, 3), rc::gen::inRange<std::int64_t>(0, 300),
                     rc::gen::inRange<std::int64_t>(0, std::int64_t{1} << 40),
                     rc::gen::element<std::int64_t>(64, 4'096, std::int64_t{1} << 60));
  return *rc::gen::container<std::vector<std::vector<std::int64_t>>>(
      rc::gen::scale(0.3, rc::gen::container<std::vector<std::int64_t>>(one)));
}

Task<void> say(std::vector<int>& said, int what) {
  said.push_back(what);
  co_return;
}

Task<void> say_at(Loop& loop, std::vector<int>& said, int what, Time at) {
  co_await sleep_until(loop, at);
  said.push_back(what);
}

Task<void> spawn_then_say(TaskGroup& group, std::vector<int>& said, int what) {
  group.spawn(say(said, what + 100));
  said.push_back(what);
  co_return;
}

}  // namespace

TEST_CASE("loop: coroutines wake in the order of a sorted list, run in one piece or in many") {
  CHECK(rc::check([] {
    const auto naps = draw_naps();
    Run run(1);
    Loop loop(run);
    Trace trace;
    TaskGroup group(loop, loop.root());
    for (std::size_t who = 0; who < naps.size(); ++who) {
      group.start(nap(loop, trace, static_cast<int>(who), naps[who]));
    }
    const auto stops = *rc::gen::container<std::vector<std::int64_t>>(
        rc::gen::inRange<std::int64_t>(0, std::int64_t{1} << 41));
    for (const std::int64_t stop : stops) {
      if (stop <= loop.now().ns) continue;
      loop.run_until(Time{stop});
      RC_ASSERT(loop.now().ns == stop);
      RC_ASSERT(trace == plain(naps, stop));
    }
    loop.run_until(time_max);
    RC_ASSERT(trace == plain(naps, time_max.ns));
    RC_ASSERT(group.empty());
    RC_ASSERT(loop.next_due() == time_max);
  }));
}

TEST_CASE("loop: what is ready goes first, first in, first out; then one timer") {
  Run run(1);
  Loop loop(run);
  std::vector<int> said;
  TaskGroup group(loop, loop.root());
  group.start(say_at(loop, said, 1, Time{5}));
  group.start(say_at(loop, said, 2, Time{5}));
  group.spawn(spawn_then_say(group, said, 3));
  group.spawn(say(said, 4));
  CHECK(loop.next_due() == Time{});
  CHECK(loop.step(Time{10}));
  // 103 was spawned while the ring was drained: it stands behind 4, but before any timer.
  CHECK(said == std::vector{3, 4, 103, 1});
  CHECK(loop.now() == Time{5});
  CHECK(loop.step(Time{10}));
  CHECK(said == std::vector{3, 4, 103, 1, 2});
  CHECK(!loop.step(Time{10}));
}

TEST_CASE("loop: run_until stops at its limit, which itself belongs to it") {
  Run run(1);
  Loop loop(run);
  std::vector<int> said;
  TaskGroup group(loop, loop.root());
  for (const int at : {10, 11, 12}) group.start(say_at(loop, said, at, Time{at}));
  loop.run_until(Time{9});
  CHECK(said.empty());
  CHECK(loop.now() == Time{9});
  CHECK(loop.next_due() == Time{10});
  loop.run_until(Time{11});
  CHECK(said == std::vector{10, 11});
  CHECK(loop.now() == Time{11});
  // A deadline that has passed is due now, not in the past.
  group.start(say_at(loop, said, 1, Time{3}));
  loop.run_until(Time{11});
  CHECK(said == std::vector{10, 11, 1});
  CHECK(loop.now() == Time{11});
}

TEST_CASE("loop: after a fruitless look an earlier deadline still comes first") {
  Run run(1);
  Loop loop(run);
  std::vector<int> said;
  TaskGroup group(loop, loop.root());
  group.start(say_at(loop, said, 2, Time{1'000'000}));
  CHECK(!loop.step(Time{999'999}));
  CHECK(loop.next_due() == Time{1'000'000});
  CHECK(loop.now() == Time{});
  group.start(say_at(loop, said, 1, Time{7}));
  CHECK(loop.next_due() == Time{7});
  loop.run_until(time_max);
  CHECK(said == std::vector{1, 2});
}

TEST_CASE("loop: times up to the end of time, and sleeps that saturate there") {
  Run run(1);
  Loop loop(run);
  std::vector<int> said;
  TaskGroup group(loop, loop.root());
  const Time far{std::int64_t{1} << 62};
  group.start(say_at(loop, said, 3, time_max));
  group.start(say_at(loop, said, 2, far + nanoseconds(1)));
  group.start(say_at(loop, said, 1, far));
  group.start(say_at(loop, said, 0, Time{1}));
  loop.run_until(far);
  CHECK(said == std::vector{0, 1});
  loop.run_until(time_max);
  CHECK(said == std::vector{0, 1, 2, 3});
}

TEST_CASE("loop: an event is one resumed coroutine, the same number in every run") {
  const auto count = [] {
    Run run(1);
    Loop loop(run);
    Trace trace;
    TaskGroup group(loop, loop.root());
    for (int who = 0; who < 10; ++who) group.start(nap(loop, trace, who, {5, who, 5}));
    loop.run_until(time_max);
    return loop.events();
  };
  CHECK(count() == 10 * (1 + 3));
  CHECK(count() == count());
}
