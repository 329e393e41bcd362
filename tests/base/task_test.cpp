// Tasks and groups: values, depth, cancellation, and the way of a broken belief.

#include <doctest/doctest.h>
#include <memory>
#include <string>
#include <vector>

#include "system/base/check.h"
#include "system/base/loop.h"
#include "system/base/signal.h"
#include "system/base/task_group.h"

using namespace wavetank;

namespace {

Task<std::string> text(Loop& loop, std::string what) {
  co_await sleep(loop, nanoseconds(1));
  co_return what + "!";
}

Task<void> collect(Loop& loop, std::vector<std::string>& out) {
  std::string one = "one";
  auto first = co_await text(loop, std::move(one));
  out.push_back(first);
  std::string two = "two";
  auto second = co_await text(loop, std::move(two));
  out.push_back(second);
}

Task<std::int64_t> depth(std::int64_t left) {
  if (left == 0) co_return 0;
  const std::int64_t less = left - 1;
  auto below = co_await depth(less);
  co_return below + 1;
}

Task<void> measure(std::int64_t levels, std::int64_t& out) {
  auto found = co_await depth(levels);
  out = found;
}

Task<void> many_short(std::int64_t times, std::int64_t& out) {
  for (std::int64_t i = 0; i < times; ++i) {
    auto none = co_await depth(0);
    out += none + 1;
  }
}

/// Says when it dies.
class Mark {
 public:
  Mark(std::vector<int>& dead, int name) : dead_(&dead), name_(name) {}
  Mark(Mark&& other) noexcept : dead_(std::exchange(other.dead_, nullptr)), name_(other.name_) {}
  Mark& operator=(Mark&&) = delete;
  ~Mark() {
    if (dead_ != nullptr) dead_->push_back(name_);
  }

 private:
  std::vector<int>* dead_;
  int name_;
};

Task<void> inner(Loop& loop, Mark) { co_await sleep(loop, hours(1)); }

Task<void> outer(Loop& loop, std::vector<int>& dead, int name) {
  Mark mine(dead, name);
  Mark below(dead, name + 100);
  co_await inner(loop, std::move(below));
}

Task<void> wait_on(Signal& signal, int& woken) {
  co_await signal.wait();
  ++woken;
}

Task<void> stop_after(Loop& loop, Duration after, std::unique_ptr<TaskGroup>& group) {
  co_await sleep(loop, after);
  group.reset();
}

Task<int> believe(int n) {
  WAVETANK_CHECK(n < 3, "n is small");
  co_return n;
}

Task<void> lose_faith(Loop& loop, int& reached) {
  for (int n = 0;; ++n) {
    co_await sleep(loop, nanoseconds(1));
    auto same = co_await believe(n);
    reached = same;
  }
}

}  // namespace

TEST_CASE("task: values come back, one after the other") {
  Run run(1);
  Loop loop(run);
  std::vector<std::string> out;
  TaskGroup group(loop, loop.root());
  group.spawn(collect(loop, out));
  CHECK(group.size() == 1);
  loop.run_until(time_max);
  CHECK(out == std::vector<std::string>{"one!", "two!"});
  CHECK(group.empty());
}

TEST_CASE("task: one that is never awaited never runs, and frees what it holds") {
  Run run(1);
  Loop loop(run);
  std::vector<int> dead;
  {
    const Task<void> never = inner(loop, Mark(dead, 1));
    CHECK(dead.empty());
  }
  CHECK(dead == std::vector{1});
  CHECK(loop.events() == 0);
}

TEST_CASE("task: a million nested awaits, and a million in a row, take no stack") {
  Run run(1);
  Loop loop(run);
  TaskGroup group(loop, loop.root());
  std::int64_t levels = 0;
  group.spawn(measure(1'000'000, levels));
  std::int64_t times = 0;
  group.spawn(many_short(1'000'000, times));
  loop.run_until(time_max);
  CHECK(levels == 1'000'000);
  CHECK(times == 1'000'000);
}

TEST_CASE("group: cancelling destroys its tasks in the order in which they were spawned") {
  Run run(1);
  Loop loop(run);
  std::vector<int> dead;
  TaskGroup other(loop, loop.root());
  auto group = std::make_unique<TaskGroup>(loop, loop.root());
  other.spawn(outer(loop, dead, 9));
  for (const int name : {3, 1, 2}) group->spawn(outer(loop, dead, name));
  group->start(outer(loop, dead, 4));
  other.start(stop_after(loop, nanoseconds(5), group));
  loop.run_until(Time{4});
  CHECK(dead.empty());
  loop.run_until(Time{5});
  // Each with what it awaits: what stands above in a frame dies first.
  CHECK(dead == std::vector{103, 3, 101, 1, 102, 2, 104, 4});
  CHECK(group == nullptr);
  CHECK(other.size() == 1);
}

TEST_CASE("group: cancelled tasks leave the queues in which they waited") {
  Run run(1);
  Loop loop(run);
  Signal signal(loop);
  int woken = 0;
  TaskGroup stays(loop, loop.root());
  {
    TaskGroup group(loop, loop.root());
    group.start(wait_on(signal, woken));
    stays.start(wait_on(signal, woken));
    group.start(wait_on(signal, woken));
    group.spawn(wait_on(signal, woken));  // It has not even begun.
    CHECK(loop.next_due() == Time{});
  }
  CHECK(loop.next_due() == time_max);
  signal.notify_all();
  loop.run_until(time_max);
  CHECK(woken == 1);
  CHECK(!signal.awaited());
}

TEST_CASE("group: a task that was woken and is cancelled before its turn does not run") {
  Run run(1);
  Loop loop(run);
  Signal signal(loop);
  int woken = 0;
  TaskGroup stays(loop, loop.root());
  TaskGroup group(loop, loop.root());
  group.start(wait_on(signal, woken));
  stays.start(wait_on(signal, woken));
  signal.notify_all();
  group.cancel();
  loop.run_until(time_max);
  CHECK(woken == 1);
}

TEST_CASE("check: a broken belief leaves through the loop and names the seed") {
  Run run(77);
  Loop loop(run);
  int reached = -1;
  TaskGroup group(loop, loop.root());
  group.spawn(lose_faith(loop, reached));
  std::string said;
  try {
    loop.run_until(time_max);
  } catch (const Broken& broken) {
    said = broken.what();
  }
  CHECK(said.find("n is small") != std::string::npos);
  CHECK(said.find("seed 77") != std::string::npos);
  CHECK(reached == 2);
}

TEST_CASE("run: the innermost one is current") {
  CHECK(Run::current() == nullptr);
  Run outer(1);
  {
    Run inner(2);
    CHECK(Run::current() == &inner);
  }
  CHECK(Run::current() == &outer);
}
