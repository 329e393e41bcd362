// The wheel against the plainest agenda there is: a list that is searched for the least
// (time, insertion).

#include "system/base/timing_wheel.h"

#include <doctest/doctest.h>
#include <memory>
#include <optional>
#include <rapidcheck.h>
#include <vector>

#include "system/base/run.h"

using namespace wavetank;

namespace {

/// Both agendas, fed alike. Timers are named by the index of their waiter.
class Twins {
 public:
  explicit Twins(std::size_t timers) {
    for (std::size_t i = 0; i < timers; ++i) waiters_.push_back(std::make_unique<Waiter>());
  }

  Time now() const { return now_; }

  void arm(std::size_t who, Time at) {
    cancel(who);
    wheel_.insert(*waiters_[who], at);
    plain_.push_back({at, who});
  }
  void cancel(std::size_t who) {
    waiters_[who]->unlink();
    std::erase_if(plain_, [who](const Plain& timer) { return timer.who == who; });
  }
  /// Its frame dies; another one may take its place.
  void destroy(std::size_t who) {
    waiters_[who] = std::make_unique<Waiter>();
    std::erase_if(plain_, [who](const Plain& timer) { return timer.who == who; });
  }

  /// Pops from both; false where they differ.
  bool pop(Time limit, bool* popped = nullptr) {
    const std::optional<Plain> expected = least();
    const TimingWheel::Due due = wheel_.pop(limit);
    if (popped != nullptr) *popped = due.waiter != nullptr;
    if (!expected || expected->at > limit) return due.waiter == nullptr;
    if (due.waiter != waiters_[expected->who].get() || due.at != expected->at) return false;
    std::erase_if(plain_, [&](const Plain& timer) { return timer.who == expected->who; });
    now_ = due.at;
    return due.waiter->ticket == nullptr;
  }
  bool peek_agrees() const {
    const std::optional<Plain> expected = least();
    return wheel_.peek() == (expected ? expected->at : time_max);
  }
  bool drain() {
    for (bool more = true; more;) {
      if (!peek_agrees() || !pop(time_max, &more)) return false;
    }
    return plain_.empty();
  }

 private:
  struct Plain {
    Time at;
    std::size_t who;
  };
  std::optional<Plain> least() const {
    std::optional<Plain> least;
    for (const Plain& timer : plain_) {
      if (!least || timer.at < least->at) least = timer;
    }
    return least;
  }

  Run run_{1};
  TimingWheel wheel_{run_.frames()};
  std::vector<std::unique_ptr<Waiter>> waiters_;
  std::vector<Plain> plain_;  // in order of insertion
  Time now_{};
};

/// Deadlines from now: mass ties, neighbours, every level of the wheel, the far end of time.
Duration draw_delay() {
  const int kind = *rc::gen::inRange(0, 6);
  if (kind == 0) return {0};
  if (kind == 1) return {*rc::gen::inRange<std::int64_t>(0, 4)};
  if (kind == 2) return {*rc::gen::inRange<std::int64_t>(0, 5) * 4'096};
  if (kind == 3) return {*rc::gen::inRange<std::int64_t>(0, 1'000'000)};
  const int bit = *rc::gen::inRange(0, 62);
  return {(std::int64_t{1} << bit) - (kind == 4 ? 1 : 0)};
}

void play(std::size_t timers, int steps) {
  Twins twins(timers);
  for (int i = 0; i < steps; ++i) {
    const auto who = *rc::gen::inRange<std::size_t>(0, timers);
    switch (*rc::gen::inRange(0, 8)) {
      case 0:
        twins.cancel(who);
        break;
      case 1:
        twins.destroy(who);
        break;
      case 2:
        RC_ASSERT(twins.pop(time_max));
        break;
      case 3:
        // A look that may be fruitless: deadlines before `limit` may be added after it.
        RC_ASSERT(twins.pop(twins.now() + draw_delay()));
        break;
      case 4:
        RC_ASSERT(twins.peek_agrees());
        break;
      default:
        twins.arm(who, twins.now() + draw_delay());
    }
  }
  RC_ASSERT(twins.drain());
}

}  // namespace

TEST_CASE("wheel: pops in the order of a sorted list, whatever is armed, moved and cancelled") {
  CHECK(rc::check("few timers", [] { play(8, *rc::gen::inRange(0, 300)); }));
  CHECK(rc::check("many timers", [] { play(400, *rc::gen::inRange(0, 3'000)); }));
}

TEST_CASE("wheel: a slot with more timers than are sorted at once, ties among them") {
  CHECK(rc::check([](std::uint64_t seed) {
    const auto timers = *rc::gen::inRange<std::size_t>(50, 600);
    const auto range = *rc::gen::element<std::int64_t>(3, 100, 5'000, 300'000, 20'000'000);
    Twins twins(timers);
    std::uint64_t word = seed;
    for (std::size_t who = 0; who < timers; ++who) {
      word = word * 6364136223846793005u + 1442695040888963407u;
      twins.arm(who,
                Time{static_cast<std::int64_t>((word >> 33) % static_cast<std::uint64_t>(range))});
    }
    // Some fire and are armed anew, as processes do.
    for (std::size_t who = 0; who < timers; ++who) {
      RC_ASSERT(twins.pop(time_max));
      word = word * 6364136223846793005u + 1442695040888963407u;
      const auto delay =
          static_cast<std::int64_t>((word >> 33) % static_cast<std::uint64_t>(range));
      twins.arm(who, twins.now() + nanoseconds(delay));
    }
    RC_ASSERT(twins.drain());
  }));
}

TEST_CASE("wheel: an earlier deadline may be added after a look that found nothing") {
  Twins twins(4);
  twins.arm(0, Time{1'000'000});
  CHECK(twins.pop(Time{999'999}));
  CHECK(twins.peek_agrees());
  twins.arm(1, Time{5});
  twins.arm(2, Time{999'998});
  CHECK(twins.pop(Time{4}));
  twins.arm(3, Time{5});
  CHECK(twins.drain());
  CHECK(twins.now() == Time{1'000'000});
}

TEST_CASE("wheel: cancelled timers take no more memory than as many again as wait") {
  Run run(1);
  TimingWheel wheel(run.frames());
  Waiter kept;
  wheel.insert(kept, Time{} + hours(1'000));
  Waiter timeout;
  for (std::int64_t i = 0; i < 1'000; ++i) {
    wheel.insert(timeout, Time{i} + whole_seconds(60));
    timeout.unlink();
  }
  const std::size_t before = run.frames().reserved();
  for (std::int64_t i = 0; i < 200'000; ++i) {
    wheel.insert(timeout, Time{i} + whole_seconds(60));
    timeout.unlink();
  }
  CHECK(run.frames().reserved() <= before + (256 << 10));
  CHECK(wheel.peek() == Time{} + hours(1'000));
  CHECK(wheel.pop(time_max).waiter == &kept);
}
