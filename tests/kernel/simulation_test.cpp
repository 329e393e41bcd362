// The driver: virtual time jumps, limits, being stopped, and runs that can be repeated.

#include "sim/kernel/simulation.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>
#include <vector>

#include "system/base/semaphore.h"

using namespace wavetank;

namespace {

Task<void> tick(sim::Simulation& simulation, Duration every, std::vector<std::int64_t>& ticks) {
  for (;;) {
    co_await sleep(simulation.loop(), every);
    ticks.push_back(simulation.loop().now().ns);
  }
}

// A process whose course is drawn, that meets others in a queue and notes what it does.
Task<void> wander(sim::Simulation& simulation, Semaphore& gate, std::uint32_t who, int steps) {
  for (int i = 0; i < steps; ++i) {
    const std::uint64_t bits =
        draw(simulation.seed(), Purpose("wander"), who, static_cast<std::uint64_t>(i));
    const Duration pause = nanoseconds(static_cast<std::int64_t>(below(bits, 50)));
    co_await sleep(simulation.loop(), pause);
    auto got = co_await gate.acquire_until(simulation.loop().now() + nanoseconds(40));
    Event event;
    event.kind = EventKind::task_started;
    event.ticket.output = OutputId{who};
    event.value = got ? 1 : 0;
    simulation.history().note(event);
    if (!got) continue;
    co_await sleep(simulation.loop(), nanoseconds(3));
    gate.release();
  }
}

struct Outcome {
  std::uint64_t fingerprint;
  std::uint64_t events;
  bool operator==(const Outcome&) const = default;
};

/// The same run, cut at `stops`.
Outcome outcome(std::uint64_t seed, int steps, const std::vector<std::uint16_t>& stops = {}) {
  sim::Simulation simulation(seed);
  Semaphore gate(simulation.loop(), 2);
  for (std::uint32_t who = 0; who < 20; ++who) {
    simulation.root().spawn(wander(simulation, gate, who, steps));
  }
  Time at{};
  for (const std::uint16_t stop : stops) {
    at += nanoseconds(stop);
    simulation.run_until(at, nullptr);
  }
  simulation.run_until(time_max, nullptr);
  const Outcome all{simulation.fingerprint(), simulation.events()};
  simulation.root().cancel();
  return all;
}

}  // namespace

TEST_CASE("simulation: time jumps to what is due and ends at the limit") {
  sim::Simulation simulation(1);
  std::vector<std::int64_t> ticks;
  simulation.root().spawn(tick(simulation, hours(1), ticks));
  CHECK(simulation.run_until(Time{} + minutes(150), nullptr));
  CHECK(ticks == std::vector{hours(1).ns, hours(2).ns});
  CHECK(simulation.loop().now() == Time{} + minutes(150));
  CHECK(simulation.events() == 3);  // The start is one.
  CHECK(simulation.run_until(Time{} + hours(3), nullptr));
  CHECK(ticks.size() == 3);
  simulation.root().cancel();
}

TEST_CASE("simulation: with nothing left to do it says so at once, and time stands") {
  sim::Simulation simulation(1);
  CHECK(simulation.run_until(time_max, nullptr));
  CHECK(simulation.loop().now() == Time{});
  CHECK(simulation.events() == 0);
}

TEST_CASE("simulation: it can be stopped on the way") {
  sim::Simulation simulation(1);
  std::vector<std::int64_t> ticks;
  simulation.root().spawn(tick(simulation, nanoseconds(1), ticks));
  int asked = 0;
  const auto stop = [&asked] { return ++asked == 3; };
  CHECK(!simulation.run_until(Time{1'000'000}, stop));
  CHECK(ticks.size() < 3 * 4'096 + 1);
  CHECK(ticks.size() > 2 * 4'096);
  CHECK(simulation.loop().now().ns == ticks.back());
  simulation.root().cancel();
}

TEST_CASE("simulation: the same seed gives the same run, in one piece or in many") {
  CHECK(rc::check([](std::uint64_t seed, const std::vector<std::uint16_t>& stops) {
    const Outcome once = outcome(seed, 20);
    RC_ASSERT(outcome(seed, 20) == once);
    RC_ASSERT(outcome(seed, 20, stops) == once);
    RC_ASSERT(outcome(seed + 1, 20).fingerprint != once.fingerprint);
    RC_ASSERT(outcome(seed, 21).fingerprint != once.fingerprint);
  }));
}
