// Signal and Semaphore: who is woken, in which order, and what becomes of those who die waiting.

#include "system/base/semaphore.h"
#include "system/base/signal.h"

#include <doctest/doctest.h>
#include <memory>
#include <rapidcheck.h>
#include <string>
#include <utility>
#include <vector>

#include "system/base/loop.h"
#include "system/base/task_group.h"

using namespace wavetank;

namespace {

/// Who came through, when, and with what.
struct Passed {
  int who;
  std::int64_t at;
  bool got;
  bool operator==(const Passed&) const = default;
};
using Trace = std::vector<Passed>;

Task<void> wait_on(Loop& loop, Signal& signal, Trace& trace, int who, Time until) {
  auto notified = co_await signal.wait_until(until);
  trace.push_back({who, loop.now().ns, notified});
}

Task<void> notify_at(Loop& loop, Signal& signal, Time at) {
  co_await sleep_until(loop, at);
  signal.notify_one();
}

Task<void> use(Loop& loop, Semaphore& permits, Trace& trace, int who, Time until, Duration hold) {
  auto got = co_await permits.acquire_until(until);
  trace.push_back({who, loop.now().ns, got});
  if (!got) co_return;
  co_await sleep(loop, hold);
  permits.release();
}

Task<void> stop_at(Loop& loop, TaskGroup& group, Time at) {
  co_await sleep_until(loop, at);
  group.cancel();
}

}  // namespace

TEST_CASE("signal: one at a time, the longest waiting first; a deadline that comes first says so") {
  Run run(1);
  Loop loop(run);
  Signal signal(loop);
  Trace trace;
  TaskGroup group(loop, loop.root());
  group.start(wait_on(loop, signal, trace, 1, time_max));
  group.start(wait_on(loop, signal, trace, 2, Time{5}));
  group.start(wait_on(loop, signal, trace, 3, time_max));
  group.start(notify_at(loop, signal, Time{10}));
  group.start(notify_at(loop, signal, Time{20}));
  loop.run_until(Time{30});
  CHECK(trace == Trace{{2, 5, false}, {1, 10, true}, {3, 20, true}});
  CHECK(!signal.awaited());
  signal.notify_one();  // Nobody waits: it is not kept for later.
  group.start(wait_on(loop, signal, trace, 4, Time{40}));
  loop.run_until(Time{50});
  CHECK(trace.back() == Passed{4, 40, false});
}

TEST_CASE("signal: notified in the instant of its deadline, a waiter wakes once") {
  Run run(1);
  Loop loop(run);
  Signal signal(loop);
  Trace trace;
  TaskGroup group(loop, loop.root());
  group.start(notify_at(loop, signal, Time{5}));
  group.start(wait_on(loop, signal, trace, 1, Time{5}));
  loop.run_until(Time{9});
  CHECK(trace == Trace{{1, 5, true}});
  group.start(wait_on(loop, signal, trace, 2, Time{15}));
  group.start(notify_at(loop, signal, Time{15}));
  loop.run_until(Time{19});
  CHECK(trace.back() == Passed{2, 15, false});
  CHECK(trace.size() == 2);
}

TEST_CASE("semaphore: permits go over directly, first in, first out; nobody overtakes") {
  Run run(1);
  Loop loop(run);
  Semaphore permits(loop, 2);
  Trace trace;
  TaskGroup group(loop, loop.root());
  for (const int who : {1, 2, 3, 4}) {
    group.start(use(loop, permits, trace, who, time_max, nanoseconds(10 * who)));
  }
  CHECK(permits.free() == 0);
  CHECK(permits.awaited());
  loop.run_until(Time{10});
  CHECK(trace == Trace{{1, 0, true}, {2, 0, true}, {3, 10, true}});
  loop.run_until(time_max);
  CHECK(trace.back() == Passed{4, 20, true});
  CHECK(permits.free() == 2);
}

TEST_CASE("semaphore: who gives up waiting has no permit and leaves none behind") {
  Run run(1);
  Loop loop(run);
  Semaphore permits(loop, 1);
  Trace trace;
  TaskGroup group(loop, loop.root());
  group.start(use(loop, permits, trace, 1, time_max, nanoseconds(100)));
  group.start(use(loop, permits, trace, 2, Time{50}, nanoseconds(1)));
  group.start(use(loop, permits, trace, 3, time_max, nanoseconds(1)));
  loop.run_until(time_max);
  CHECK(trace == Trace{{1, 0, true}, {2, 50, false}, {3, 100, true}});
  CHECK(permits.free() == 1);
}

TEST_CASE("semaphore: a permit handed to a frame that dies before it resumes goes on") {
  Run run(1);
  Loop loop(run);
  Semaphore permits(loop, 1);
  Trace trace;
  TaskGroup group(loop, loop.root());
  TaskGroup dies(loop, loop.root());
  group.start(use(loop, permits, trace, 1, time_max, nanoseconds(10)));
  dies.start(use(loop, permits, trace, 2, time_max, nanoseconds(1)));
  group.start(use(loop, permits, trace, 3, time_max, nanoseconds(1)));
  permits.release();  // To 2, which is not resumed yet.
  dies.cancel();      // So 3 has it.
  loop.run_until(Time{1});
  CHECK(trace == Trace{{1, 0, true}, {3, 0, true}});
  loop.run_until(time_max);
  CHECK(permits.free() == 2);
}

TEST_CASE("semaphore: after a lowered limit, permits come back before anybody gets one") {
  Run run(1);
  Loop loop(run);
  Semaphore permits(loop, 2);
  Trace trace;
  TaskGroup group(loop, loop.root());
  for (const int who : {1, 2, 3}) {
    group.start(use(loop, permits, trace, who, time_max, nanoseconds(10 * who)));
  }
  permits.resize(-1);
  CHECK(permits.free() == -1);
  loop.run_until(Time{19});
  CHECK(trace.size() == 2);
  loop.run_until(Time{20});
  CHECK(trace.back() == Passed{3, 20, true});
  loop.run_until(time_max);
  CHECK(permits.free() == 1);
  permits.resize(2);
  CHECK(permits.free() == 3);
}

TEST_CASE("semaphore: permits are conserved, however many wait, give up and die") {
  CHECK(rc::check([](const std::vector<std::pair<std::uint8_t, std::uint8_t>>& users) {
    Run run(1);
    Loop loop(run);
    const auto all = *rc::gen::inRange<std::int64_t>(1, 4);
    Semaphore permits(loop, all);
    Trace trace;
    TaskGroup group(loop, loop.root());
    // Those that die hold nothing yet: their turn would only come after all the others'.
    TaskGroup dies(loop, loop.root());
    int who = 0;
    for (const auto& [until, hold] : users) {
      const Time limit = until > 200 ? time_max : Time{until};
      group.start(use(loop, permits, trace, ++who, limit, nanoseconds(hold)));
    }
    const bool waits = permits.awaited();
    for (int i = 0; waits && i < 3; ++i) {
      dies.start(use(loop, permits, trace, 1'000, time_max, nanoseconds(1)));
    }
    group.start(stop_at(loop, dies, Time{0}));
    loop.run_until(time_max);
    RC_ASSERT(permits.free() == all);
    RC_ASSERT(!permits.awaited());
    RC_ASSERT(trace.size() == users.size());
  }));
}
