// Calls: deadlines, callers and servers that die, and the fingerprint of what came of it.

#include <doctest/doctest.h>

#include "tests/ports/echo.h"

using namespace wavetank;
using namespace wavetank::testing;

namespace {

Task<void> ask_until(Asking& world, std::uint32_t times) {
  for (std::uint32_t i = 0; i < times; ++i) {
    CallInfo info;
    info.deadline = world.loop.now() + nanoseconds(i % 3 == 0 ? 5 : 100);
    info.subject = i;
    const CacheKey what{Cached::status, OutputId{i}};
    auto reply = co_await world.echo.get(world.node, what, info);
    if (!reply.ok()) co_await sleep(world.loop, nanoseconds(1));
  }
}

struct Took final : CallObserver {
  void on_call(const Call& call, Duration took) override {
    calls.emplace_back(call.info.subject, took.ns);
  }
  std::vector<std::pair<std::uint64_t, std::int64_t>> calls;
};

std::uint64_t fingerprint(std::uint64_t seed, void (*also)(Asking&)) {
  Asking world(seed);
  world.ask(1);
  also(world);
  world.run();
  return world.history.fingerprint();
}

}  // namespace

TEST_CASE("call: the deadline is the caller's; the effect and the late answer are for nobody") {
  Asking world;
  const Heard& heard = world.ask(5, nanoseconds(4));
  world.run();
  CHECK(heard.at == 4);
  CHECK(heard.failure == Failure::timeout);
  CHECK(world.echo.effects == std::vector<Effect>{{5, Time{0}, false, true}});
}

TEST_CASE(
    "call: an answer in the instant of the deadline comes too late, for it stands behind it") {
  Asking world;
  const Heard& heard = world.ask(5, Echo::takes);
  world.run();
  CHECK(heard.at == 10);
  CHECK(heard.failure == Failure::timeout);
}

TEST_CASE("call: it outlives its caller's crash") {
  Asking world;
  Took took;
  world.history.subscribe_calls(took);
  world.ask(5);
  world.ask(6);
  world.loop.run_until(Time{3});
  world.callers.cancel();
  world.run();
  CHECK(world.heard[0].at == -1);
  CHECK(world.echo.effects ==
        std::vector<Effect>{{5, Time{0}, false, true}, {6, Time{0}, false, true}});
  CHECK(took.calls == std::vector<std::pair<std::uint64_t, std::int64_t>>{{5, 10}, {6, 10}});
}

TEST_CASE("call: a server that dies without a word leaves its caller to the deadline") {
  Asking world;
  const Heard& heard = world.ask(5);
  world.loop.run_until(Time{3});
  world.echo.crash();
  world.run();
  CHECK(heard.at == 1'000);
  CHECK(heard.failure == Failure::timeout);
}

TEST_CASE("call: a failure of the server is the caller's answer") {
  Asking world;
  world.echo.failing = true;
  world.echo.fails = Failure::conflict;
  const Heard& heard = world.ask(5);
  world.run();
  CHECK(heard.at == 10);
  CHECK(heard.failure == Failure::conflict);
}

TEST_CASE("call: one that is made and never awaited is not sent") {
  Asking world;
  {
    CallInfo info;
    info.deadline = Time{100};
    const auto unused = world.echo.get(world.node, CacheKey{}, info);
  }
  world.run();
  CHECK(world.echo.effects.empty());
}

TEST_CASE("call: memory does not grow with the number of calls, answered or late or orphaned") {
  Asking world;
  Scripted rule([](const Call& call, Moment moment) {
    if (call.repeated) return Verdict::pass();
    if (moment == Moment::before_reply) {
      return call.info.subject % 7 == 0 ? Verdict::lose_reply() : Verdict::delay(nanoseconds(2));
    }
    const Verdict verdicts[] = {Verdict::pass(), Verdict::delay(nanoseconds(3)), Verdict::refuse(),
                                Verdict::lose_request(), Verdict::repeat(nanoseconds(9))};
    return verdicts[call.info.subject % 5];
  });
  world.gate.arm(rule, all_ops, 0);
  const auto round = [&world](std::uint32_t times) {
    for (int i = 0; i < 5; ++i) world.callers.start(ask_until(world, times));
    world.loop.run_until(world.loop.now() + nanoseconds(13));
    world.callers.cancel();
    for (int i = 0; i < 5; ++i) world.callers.start(ask_until(world, times));
    world.run();
  };
  round(100);
  const std::size_t before = world.memory();
  for (int i = 0; i < 20; ++i) round(1'000);
  CHECK(world.memory() == before);
  CHECK(world.echo.effects.size() > 20'000);
}

TEST_CASE("fingerprint: the same for the same run; other seed, outcome, time or call, another") {
  const auto nothing = [](Asking&) {};
  const std::uint64_t plain = fingerprint(1, nothing);
  CHECK(plain == fingerprint(1, nothing));
  CHECK(plain != fingerprint(2, nothing));
  CHECK(plain != fingerprint(1, [](Asking& world) { world.ask(2); }));
  CHECK(plain != fingerprint(1, [](Asking& world) {
          world.echo.failing = true;
          world.echo.fails = Failure::not_found;
        }));
  CHECK(plain != fingerprint(1, [](Asking& world) {
          static Scripted slow(Moment::before_reply, Verdict::delay(nanoseconds(1)));
          world.gate.arm(slow, all_ops, 0);
        }));
}

TEST_CASE("history: an event's id says what it is about, not when it happened") {
  Asking world;
  Event event;
  event.kind = EventKind::task_spilled;
  event.ticket.output = OutputId{17};
  event.attempt = 2;
  event.value = 1'000;
  const EventId early = world.history.note(event);
  world.loop.run_until(Time{99});
  event.value = 2'000;
  CHECK(world.history.note(event) == early);
  event.attempt = 3;
  CHECK(world.history.note(event) != early);
  event.attempt = 2;
  event.ticket.output = OutputId{18};
  CHECK(world.history.note(event) != early);
  CHECK(early != 0);
}
