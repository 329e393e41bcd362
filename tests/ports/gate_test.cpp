// The gate: what each verdict does to a call, and who is told.

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "tests/ports/echo.h"

using namespace wavetank;
using namespace wavetank::testing;

namespace {

constexpr auto request = Moment::before_request;
constexpr auto reply = Moment::before_reply;

}  // namespace

TEST_CASE("gate: with nothing armed a call reaches its server and comes back") {
  Asking world;
  const Heard& heard = world.ask(5);
  CHECK(!world.gate.armed(Op::cache_get));
  world.run();
  CHECK(heard.ok);
  CHECK(heard.key == 5);
  CHECK(heard.at == 10);
  CHECK(world.echo.effects == std::vector<Effect>{{5, Time{0}, false, false}});
}

TEST_CASE("gate: pass changes nothing, and is not applied") {
  Asking world;
  Scripted rule(request, Verdict::pass());
  world.gate.arm(rule, all_ops, 0);
  const Heard& heard = world.ask(5);
  world.run();
  CHECK(heard.at == 10);
  CHECK(rule.asked == 2);
  CHECK(rule.applied_times == 0);
}

TEST_CASE("gate: delay, on the way out and on the way back") {
  Asking world;
  Scripted out(request, Verdict::delay(nanoseconds(100)));
  Scripted back(reply, Verdict::delay(nanoseconds(7)));
  world.gate.arm(out, all_ops, 0);
  world.gate.arm(back, all_ops, 1);
  const Heard& heard = world.ask(5);
  world.run();
  CHECK(heard.ok);
  CHECK(heard.at == 117);
  CHECK(world.echo.effects.at(0).at == Time{100});
  CHECK(out.applied_times == 1);
  CHECK(back.applied_times == 1);
}

TEST_CASE("gate: refuse tells the caller at once, and nothing happens") {
  Asking world;
  Scripted rule(request, Verdict::refuse());
  world.gate.arm(rule, all_ops, 0);
  const Heard& heard = world.ask(5);
  world.run();
  CHECK(heard.at == 0);
  CHECK(heard.failure == Failure::refused);
  CHECK(world.echo.effects.empty());
  CHECK(rule.applied_times == 1);
}

TEST_CASE("gate: a lost request has no effect, a lost reply has; both end in a timeout") {
  Asking world;
  Scripted rule([](const Call& call, Moment moment) {
    const bool first = call.info.subject == 1;
    if (moment == request) return first ? Verdict::lose_request() : Verdict::pass();
    return Verdict::lose_reply();
  });
  world.gate.arm(rule, all_ops, 0);
  const Heard& lost_request = world.ask(1);
  const Heard& lost_reply = world.ask(2, nanoseconds(500));
  world.run();
  CHECK(lost_request.at == 1'000);
  CHECK(lost_request.failure == Failure::timeout);
  CHECK(lost_reply.at == 500);
  CHECK(lost_reply.failure == Failure::timeout);
  CHECK(world.echo.effects == std::vector<Effect>{{2, Time{0}, false, false}});
  CHECK(rule.applied_times == 2);
}

TEST_CASE("gate: repeat makes the effect happen again, for nobody") {
  Asking world;
  Scripted rule(request, Verdict::repeat(nanoseconds(30)));
  world.gate.arm(rule, all_ops, 0);
  const Heard& heard = world.ask(5);
  world.run();
  CHECK(heard.ok);
  CHECK(heard.at == 10);
  CHECK(world.echo.effects ==
        std::vector<Effect>{{5, Time{0}, false, false}, {5, Time{30}, true, true}});
  CHECK(rule.applied_times == 1);
}

TEST_CASE("gate: delays add up; of the rest the first in file order wins and alone is told") {
  Asking world;
  Scripted slow(request, Verdict::delay(nanoseconds(20)));
  Scripted refuse(request, Verdict::refuse());
  Scripted lose(request, Verdict::lose_request());
  Scripted slower(request, Verdict::delay(nanoseconds(300)));
  world.gate.arm(lose, all_ops, 3);
  world.gate.arm(slower, all_ops, 4);
  world.gate.arm(refuse, all_ops, 2);
  world.gate.arm(slow, all_ops, 1);
  const Heard& heard = world.ask(5);
  world.run();
  CHECK(heard.failure == Failure::refused);
  CHECK(refuse.applied_times == 1);
  CHECK(lose.applied_times == 0);

  world.gate.disarm(refuse);
  world.gate.disarm(lose);
  const std::int64_t began = world.loop.now().ns;
  const Heard& later = world.ask(6);
  world.run();
  CHECK(later.at == began + 330);
  CHECK(slow.applied_times == 2);
  CHECK(slower.applied_times == 2);
}

TEST_CASE("gate: a delayed repeat comes after the delayed request") {
  Asking world;
  Scripted slow(request, Verdict::delay(nanoseconds(20)));
  Scripted twice(request, Verdict::repeat(nanoseconds(5)));
  world.gate.arm(slow, all_ops, 1);
  world.gate.arm(twice, all_ops, 2);
  world.ask(5);
  world.run();
  CHECK(world.echo.effects ==
        std::vector<Effect>{{5, Time{20}, false, false}, {5, Time{25}, true, true}});
}

TEST_CASE("gate: a rule is asked for its own verbs only, and no more once disarmed") {
  Asking world;
  Scripted other(request, Verdict::refuse());
  Scripted mine(request, Verdict::delay(nanoseconds(1)));
  world.gate.arm(other, mask_of(Op::db_get) | ops_named("queue"), 0);
  world.gate.arm(mine, ops_named("cache"), 1);
  CHECK(world.gate.armed(Op::db_get));
  CHECK(world.gate.armed(Op::queue_poll));
  CHECK(world.gate.armed(Op::cache_put));
  CHECK(!world.gate.armed(Op::db_accept));
  const Heard& heard = world.ask(5);
  world.run();
  CHECK(heard.at == 11);
  CHECK(other.asked == 0);
  world.gate.disarm(mine);
  CHECK(!world.gate.armed(Op::cache_get));
  CHECK(world.gate.armed(Op::db_get));
  world.ask(6);
  world.run();
  CHECK(mine.asked == 2);
}

TEST_CASE("gate: a request that is delayed past its deadline still arrives") {
  Asking world;
  Scripted rule(request, Verdict::delay(nanoseconds(5'000)));
  world.gate.arm(rule, all_ops, 0);
  const Heard& heard = world.ask(5);
  world.run();
  CHECK(heard.at == 1'000);
  CHECK(heard.failure == Failure::timeout);
  CHECK(world.echo.effects == std::vector<Effect>{{5, Time{5'000}, false, true}});
}

TEST_CASE("gate: stopped, it drops what it holds back") {
  Asking world;
  Scripted rule(request, Verdict::delay(nanoseconds(100)));
  world.gate.arm(rule, all_ops, 0);
  const Heard& heard = world.ask(5);
  world.loop.run_until(Time{50});
  world.gate.stop();
  world.run();
  CHECK(heard.failure == Failure::timeout);
  CHECK(world.echo.effects.empty());
}

TEST_CASE("gate: whatever the verdicts, every caller hears once and calls add up") {
  CHECK(rc::check([](const std::vector<std::pair<std::uint8_t, std::uint8_t>>& script) {
    Asking world;
    int expected = 0;
    Scripted rule([&script](const Call& call, Moment moment) {
      if (call.repeated) return Verdict::pass();
      const auto [out, back] = script.at(call.info.subject);
      const std::uint8_t choice = moment == request ? out % 5 : 5 + back % 3;
      const Duration by = nanoseconds(out + back);
      constexpr Verdict none = Verdict::pass();
      const Verdict verdicts[] = {none,
                                  Verdict::delay(by),
                                  Verdict::refuse(),
                                  Verdict::lose_request(),
                                  Verdict::repeat(by),
                                  none,
                                  Verdict::delay(by),
                                  Verdict::lose_reply()};
      return verdicts[choice];
    });
    world.gate.arm(rule, all_ops, 0);
    for (std::size_t i = 0; i < script.size(); ++i) {
      const int out = script[i].first % 5;
      expected += out == 2 || out == 3 ? 0 : out == 4 ? 2 : 1;
      world.ask(static_cast<std::uint32_t>(i));
    }
    world.run();
    for (std::size_t i = 0; i < script.size(); ++i) {
      const int out = script[i].first % 5;
      const bool lost = out == 3 || (out != 2 && script[i].second % 3 == 2);
      RC_ASSERT(world.heard[i].at >= 0);
      RC_ASSERT(world.heard[i].ok == (out != 2 && !lost));
      if (lost) RC_ASSERT(world.heard[i].failure == Failure::timeout);
      if (world.heard[i].ok) RC_ASSERT(world.heard[i].key == i);
    }
    RC_ASSERT(static_cast<int>(world.echo.effects.size()) == expected);
  }));
}
