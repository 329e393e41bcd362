#pragma once
// What live tests stand on: the target of a running cluster, and a core without ports.

#include <doctest/doctest.h>

#include <functional>
#include <optional>
#include <string>

#include "system/live/live_core.h"

namespace wavetank::live {

/// The target that WAVETANK_TARGET names; none, with a message that says so, where it is not set or
/// not readable. A test that returns then has been skipped, and says so by skipped().
const Target* cluster();

/// A run id of its own for each test.
std::string fresh_run();

/// A core whose loop runs until something has come, for a while at most.
class Bench {
 public:
  explicit Bench(const Target& target)
      : core(target, fresh_run(), 42), caller(core.hosts.add("tester")) {}
  ~Bench() { core.stop(); }

  bool wait_for(const std::function<bool()>& done, Duration within = whole_seconds(30)) {
    core.driver.run_until(core.clock.now() + within, done);
    return done();
  }
  void wait(Duration time) { core.driver.run_until(core.clock.now() + time, nullptr); }

  /// Makes the call that `make()` returns and waits for its answer.
  template <class Make>
  auto ask(Make make) {
    using Reply = decltype(make().await_resume());
    std::optional<Reply> answer;
    TaskGroup group(core.loop, caller);
    group.start(call(std::move(make), answer));
    const bool came = wait_for([&] { return answer.has_value(); }, minutes(2));
    REQUIRE_MESSAGE(came, "a call is answered, or ends at its deadline");
    return std::move(*answer);
  }
  CallInfo info(Duration within = whole_seconds(20)) {
    CallInfo told;
    told.subject = ++calls_;
    told.deadline = core.clock.now() + within;
    return told;
  }

  LiveCore core;
  Node& caller;

 private:
  template <class Make, class Reply>
  static Task<void> call(Make make, std::optional<Reply>& answer) {
    auto reply = co_await make();
    answer.emplace(std::move(reply));
  }
  std::uint64_t calls_ = 0;
};

}  // namespace wavetank::live
