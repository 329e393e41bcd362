#include <doctest/doctest.h>

#include "tests/faults/fault_run.h"

using namespace wavetank;
using namespace wavetank::testing;

using Said = std::vector<std::string>;

TEST_CASE("bandwidth: narrows the link to its service in its window, and leaves the calls alone") {
  FaultRun run;
  run.add("bandwidth", {{"most", Bandwidth{50'000}}});
  REQUIRE(run.start().empty());
  run.call(Op::objects_put, at_s(9), "api/0", "objects", info_for(1));
  const Outcome& during = run.call(Op::objects_put, at_s(12), "api/0", "objects", info_for(1));
  run.call(Op::dataset_scan, at_s(12), "workers/1", "workers/1", info_for(1));
  run.call(Op::db_get, at_s(12), "api/0", "database", info_for(1));
  run.call(Op::objects_put, at_s(20), "api/0", "objects", info_for(1));
  run.run();
  CHECK(run.world.log.controls == Said{"bandwidth 50000 objects", "bandwidth 0 objects"});
  CHECK(during.ok());
  CHECK(during.took == milliseconds(10));
  CHECK(run.fired() == 1);
  CHECK(run.touched() == 2);
}

TEST_CASE("bandwidth: links lead to services; one link has one limit at a time") {
  for (const char* service : {"database", "queue", "cache", "objects", "api", "callbacks"}) {
    FaultRun one;
    one.add("bandwidth", {{"target", service}});
    CHECK(one.start().empty());
  }
  for (const char* other : {"workers", "objects.put", "api->database", "dataset", "comet"}) {
    FaultRun one;
    one.add("bandwidth", {{"target", other}});
    const std::vector<std::string> said = one.start();
    REQUIRE(said.size() == 1);
    CHECK(said[0].find(other) != std::string::npos);
  }
  FaultRun both;
  both.add("bandwidth", {{"target", "cache"}});
  both.add("bandwidth", {{"target", "cache"}, {"at", whole_seconds(15)}});
  CHECK(both.start().size() == 1);
  FaultRun apart;
  apart.add("bandwidth", {{"target", "cache"}});
  apart.add("bandwidth", {{"target", "queue"}});
  CHECK(apart.start().empty());
}

TEST_CASE("bandwidth: a world that cannot narrow links refuses it") {
  FaultRun run;
  run.world.fake_controls().lacking = {Power::bandwidth};
  run.add("bandwidth");
  const std::vector<std::string> said = run.start();
  REQUIRE(said.size() == 1);
  CHECK(said[0].find("bandwidth") != std::string::npos);
}
