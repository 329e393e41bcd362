#include <doctest/doctest.h>

#include "system/base/run.h"
#include "system/base/task_group.h"

using namespace wavetank;

namespace {

Task<void> count(int& seen) {
  ++seen;
  co_return;
}

}  // namespace

TEST_CASE("nothing starts on a paused node until it goes on") {
  Run run(1);
  Loop loop(run);
  Node node(loop, NodeId{1}, "n");
  TaskGroup group(loop, node);
  int seen = 0;
  node.pause();
  group.start(count(seen));
  group.start(count(seen));
  loop.run_until(Time{1});
  CHECK(seen == 0);
  node.resume();
  loop.run_until(Time{1});
  CHECK(seen == 2);
  group.start(count(seen));
  CHECK(seen == 3);
}
