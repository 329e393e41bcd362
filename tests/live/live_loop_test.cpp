#include <boost/asio/io_context.hpp>
#include <optional>
#include <thread>

#include "system/live/session_pool.h"
#include "tests/live/fixture.h"

namespace wavetank::live {
namespace {

struct Counted {
  int opened = 0;
};

Task<void> nap(Loop& loop, Duration d, std::vector<int>& order, int name) {
  co_await sleep(loop, d);
  order.push_back(name);
}

TEST_CASE("live loop: timers fire in order, and never early") {
  const Target target;
  Bench bench(target);
  std::vector<int> order;
  const Time start = bench.core.clock.now();
  bench.core.root.spawn(nap(bench.core.loop, milliseconds(30), order, 3));
  bench.core.root.spawn(nap(bench.core.loop, milliseconds(10), order, 1));
  bench.core.root.spawn(nap(bench.core.loop, milliseconds(20), order, 2));
  CHECK(bench.wait_for([&] { return order.size() == 3; }));
  CHECK(order == std::vector{1, 2, 3});
  CHECK(bench.core.clock.now() - start >= milliseconds(30));
}

TEST_CASE("live loop: one that has nothing to do sleeps between two looks at its stop") {
  const Target target;
  Bench bench(target);
  int looks = 0;
  const auto stop = [&looks] {
    ++looks;
    return false;
  };
  CHECK(bench.core.driver.run_until(bench.core.clock.now() + milliseconds(200), stop));
  CHECK(looks >= 2);
  CHECK(looks <= 50);  // ten would do; one that spins makes thousands
}

struct Punctuality {
  int fired = 0;
  int early = 0;
};

Task<void> fire_at(Bench& bench, Time due, Punctuality& seen) {
  co_await sleep_until(bench.core.loop, due);
  ++seen.fired;
  if (bench.core.clock.now() < due) ++seen.early;
}

TEST_CASE("live loop: one that watches the clock before a deadline is never early either") {
  const Target target;
  Bench bench(target);
  bench.core.driver.watch(milliseconds(2));
  Punctuality seen;
  for (int i = 1; i <= 30; ++i) {
    const Time due = bench.core.loop.now() + microseconds(700) * i;
    bench.core.root.spawn(fire_at(bench, due, seen));
  }
  CHECK(bench.core.driver.watched() == Duration{});
  CHECK(bench.wait_for([&] { return seen.fired == 30; }));
  CHECK(seen.early == 0);
  // It has watched, and no longer than the whole of it.
  CHECK(bench.core.driver.watched() > Duration{});
  CHECK(bench.core.driver.watched() <= bench.core.clock.now() - Time{});
}

TEST_CASE("live loop: jobs of threads run on its own thread") {
  const Target target;
  Bench bench(target);
  SessionPool<Counted> pool(3, [] { return std::make_unique<Counted>(); });
  const std::thread::id here = std::this_thread::get_id();
  int done = 0, strangers = 0, opened = 0;
  for (int i = 0; i < 500; ++i) {
    pool.submit([&, i](SessionPool<Counted>::Held& held) {
      const int mine = ++held.get().opened;
      if (std::this_thread::get_id() == here) ++strangers;
      if (i % 50 == 0) held.close();
      bench.core.driver.post([&, mine] {
        ++done;
        opened += mine == 1 ? 1 : 0;
        if (std::this_thread::get_id() != here) ++strangers;
      });
    });
  }
  CHECK(bench.wait_for([&] { return done == 500; }));
  CHECK(strangers == 0);
  CHECK(opened >= 10);
}

TEST_CASE("live loop: what a thread brings is heard no earlier than it was sent") {
  const Target target;
  Bench bench(target);
  std::optional<Time> heard;
  Time sent{};
  std::thread elsewhere([&] {
    const Time until = bench.core.clock.now() + milliseconds(15);
    while (bench.core.clock.now() < until) std::this_thread::yield();
    sent = bench.core.clock.now();
    bench.core.driver.post([&] { heard = bench.core.loop.now(); });
  });
  CHECK(bench.wait_for([&] { return heard.has_value(); }));
  elsewhere.join();
  CHECK(*heard >= sent);
}

TEST_CASE("live clock: what crosses processes comes back, and none and for ever stay so") {
  const LiveClock mine, yours(1'700'000'000'000'000'000);
  CHECK(yours.from_unix(mine.to_unix(Time{5'000})).ns ==
        mine.origin() + 5'000 - 1'700'000'000'000'000'000);
  CHECK(mine.from_unix(yours.to_unix(Time{77})) != Time{77});
  CHECK(yours.from_unix(yours.to_unix(Time{77})) == Time{77});
  CHECK(mine.to_unix(time_max) == time_max.ns);
  CHECK(mine.from_unix(time_max.ns) == time_max);
  CHECK(mine.from_unix(mine.to_unix(Time{})) == Time{});
}

TEST_CASE("live clock: a system clock that is set back moves nothing back, and parts nobody") {
  const ClockReading began = ClockReading::now();
  const ClockReading set_back{began.wall - hours(1).ns, began.steady};
  // Started again after the clock was set: by the reading that the run shares, and by its own.
  const LiveClock first(0, began), again(first.origin(), began), alone(first.origin(), set_back);
  const Time before = first.now();
  const Time between = again.now();
  const Time after = first.now();
  CHECK(before <= between);
  CHECK(between <= after);
  CHECK(alone.now() > Time{});
  CHECK(alone.to_unix(alone.now()) >= first.origin());
}

}  // namespace
}  // namespace wavetank::live
