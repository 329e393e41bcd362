#include <doctest/doctest.h>

#include "tests/faults/fault_run.h"

using namespace wavetank;
using namespace wavetank::testing;

TEST_CASE("cache_outage: down refuses, slow delays") {
  FaultRun down;
  down.add("cache_outage", {{"mode", "down"}});
  const Outcome& refused = down.call(Op::cache_get, at_s(12), "api/0", "cache");
  down.run();
  CHECK(refused.failure == Failure::refused);
  CHECK(down.fired() == 1);
  CHECK(down.fault().needs().empty());

  FaultRun slow;
  slow.add("cache_outage", {{"mode", "slow"}, {"by", milliseconds(300)}});
  const Outcome& late = slow.call(Op::cache_get, at_s(12), "api/0", "cache");
  slow.run();
  CHECK(late.took == milliseconds(310));
  CHECK(slow.fired() == 1);
  CHECK(slow.touched() == 1);
}

TEST_CASE("cache_outage: flush empties it once, touched are the lookups that miss") {
  FaultRun run;
  run.world.log.cache_hits = false;
  run.add("cache_outage", {{"mode", "flush"}});
  const Outcome& miss = run.call(Op::cache_get, at_s(12), "api/0", "cache");
  run.call(Op::cache_get, at_s(30), "api/0", "cache");
  run.run();
  CHECK(miss.ok());
  CHECK(run.world.log.controls == std::vector<std::string>{"flush_cache"});
  CHECK(run.fired() == 1);
  CHECK(run.touched() == 1);
  CHECK(run.fault().needs() == std::vector{Power::cache_state});
}

TEST_CASE("cache_outage: stale freezes it for the window, touched are the lookups it answers") {
  FaultRun run;
  run.add("cache_outage", {{"mode", "stale"}});
  run.call(Op::cache_get, at_s(12), "api/0", "cache");
  run.call(Op::cache_get, at_s(13), "api/0", "cache");
  run.run();
  CHECK(run.world.log.controls == std::vector<std::string>{"stale_cache on", "stale_cache off"});
  CHECK(run.fired() == 1);
  CHECK(run.touched() == 2);
}

TEST_CASE("cache_outage: what strikes the whole cache takes no ratio") {
  const Settings half = {{"mode", "flush"}, {"ratio", Ratio{0.5}}};
  CHECK_THROWS_AS(fault_with("cache_outage", half), Broken);
  CHECK_NOTHROW(fault_with("cache_outage", {{"mode", "down"}, {"ratio", Ratio{0.5}}}));
}
