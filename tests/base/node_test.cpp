// A node's own view of the loop: pause and clock skew.

#include <doctest/doctest.h>
#include <rapidcheck.h>
#include <utility>
#include <vector>

#include "system/base/loop.h"
#include "system/base/signal.h"
#include "system/base/task_group.h"

using namespace wavetank;

namespace {

using Trace = std::vector<std::pair<std::int64_t, int>>;

Task<void> once(Loop& loop, Trace& trace, int what, std::int64_t at) {
  const Time then{at};
  co_await sleep_until(loop, then);
  trace.emplace_back(loop.now().ns, what);
}

Task<void> note_clock(Node& node, std::vector<std::int64_t>& shown) {
  co_await sleep(node.loop(), nanoseconds(100));
  shown.push_back(node.now().ns);
  shown.push_back(node.loop().now().ns);
}

Task<void> wait_for(Loop& loop, Signal& signal, Trace& trace) {
  co_await signal.wait();
  trace.emplace_back(loop.now().ns, 0);
}

}  // namespace

TEST_CASE("node: what came due while it was paused fires at resume, in its original order") {
  CHECK(rc::check([](const std::vector<std::uint8_t>& times) {
    Run run(1);
    Loop loop(run);
    Node node(loop, NodeId{1}, "n");
    Node other(loop, NodeId{2}, "other");
    Trace paused;
    Trace running;
    TaskGroup on_node(loop, node);
    TaskGroup on_other(loop, other);
    for (std::size_t i = 0; i < times.size(); ++i) {
      on_node.start(once(loop, paused, static_cast<int>(i), times[i]));
      on_other.start(once(loop, running, static_cast<int>(i), times[i]));
    }
    loop.run_until(Time{50});
    const std::size_t before = paused.size();
    RC_ASSERT(paused == running);
    node.pause();
    loop.run_until(Time{150});
    RC_ASSERT(paused.size() == before);
    node.resume();
    loop.run_until(Time{300});
    // The other node shows the original order; only the times are later.
    RC_ASSERT(paused.size() == running.size());
    for (std::size_t i = 0; i < paused.size(); ++i) {
      const std::int64_t due = running[i].first;
      RC_ASSERT(paused[i].second == running[i].second);
      RC_ASSERT(paused[i].first == (due > 50 && due <= 150 ? 150 : due));
    }
  }));
}

TEST_CASE("node: what it waits for may come while it is paused, and it may die paused") {
  Run run(1);
  Loop loop(run);
  Node node(loop, NodeId{1}, "n");
  Signal signal(loop);
  Trace trace;
  TaskGroup lives(loop, node);
  lives.start(wait_for(loop, signal, trace));
  {
    TaskGroup dies(loop, node);
    dies.start(wait_for(loop, signal, trace));
    dies.start(once(loop, trace, 1, 5));
    node.pause();
    signal.notify_all();
    loop.run_until(Time{10});
    CHECK(trace.empty());
  }
  node.resume();
  loop.run_until(Time{20});
  CHECK(trace == Trace{{10, 0}});
}

TEST_CASE("node: a skewed clock changes what is read, never when a timer fires") {
  Run run(1);
  Loop loop(run);
  Node node(loop, NodeId{1}, "n");
  node.set_clock_skew(nanoseconds(-30));
  std::vector<std::int64_t> shown;
  TaskGroup group(loop, node);
  group.start(note_clock(node, shown));
  loop.run_until(time_max);
  CHECK(shown == std::vector<std::int64_t>{70, 100});
}
