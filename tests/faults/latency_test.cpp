#include <doctest/doctest.h>

#include "tests/faults/fault_run.h"

using namespace wavetank;
using namespace wavetank::testing;

TEST_CASE("latency: calls to the target take longer inside the window only") {
  FaultRun run;
  run.add("latency", {{"target", "database"}, {"by", milliseconds(100)}});
  REQUIRE(run.start().empty());
  const Outcome& before = run.call(Op::db_get, at_s(9), "api/0", "database", info_for(1));
  const Outcome& during = run.call(Op::db_get, at_s(12), "api/0", "database", info_for(1));
  const Outcome& other = run.call(Op::cache_get, at_s(12), "api/0", "cache", info_for(1));
  const Outcome& after = run.call(Op::db_get, at_s(20), "api/0", "database", info_for(1));
  run.run();
  CHECK(before.took == milliseconds(10));
  CHECK(during.took == milliseconds(110));
  CHECK(during.ok());
  CHECK(other.took == milliseconds(10));
  CHECK(after.took == milliseconds(10));
  CHECK(run.fired() == 1);
  CHECK(run.touched() == 1);
}

TEST_CASE("latency: beyond the deadline the caller times out and the effect still happens") {
  FaultRun run;
  run.add("latency", {{"by", whole_seconds(3)}});
  const Outcome& call = run.call(Op::db_get, at_s(12), "api/0", "database", info_for(1));
  run.run();
  CHECK(call.failure == Failure::timeout);
  CHECK(call.took == whole_seconds(1));
  CHECK(run.effects() == 1);
}

TEST_CASE("latency: jitter belongs to the call and stays in its range") {
  const auto took = [](std::uint32_t entity) {
    FaultRun run;
    run.add("latency", {{"by", milliseconds(100)}, {"jitter", milliseconds(50)}});
    const Outcome& call = run.call(Op::db_get, at_s(12), "api/0", "database", info_for(entity));
    run.run();
    return call.took;
  };
  bool differs = false;
  for (std::uint32_t entity = 0; entity < 20; ++entity) {
    const Duration first = took(entity);
    CHECK(first >= milliseconds(110));
    CHECK(first <= milliseconds(160));
    CHECK(first == took(entity));
    differs = differs || first != took(entity + 1);
  }
  CHECK(differs);
}

TEST_CASE("latency: two of them add up, and both count") {
  FaultRun run;
  run.add("latency", {{"by", milliseconds(100)}});
  run.add("latency", {{"by", milliseconds(30)}, {"target", "api->database"}});
  const Outcome& call = run.call(Op::db_get, at_s(12), "api/0", "database", info_for(1));
  run.run();
  CHECK(call.took == milliseconds(140));
  CHECK(run.fired(0) == 1);
  CHECK(run.fired(1) == 1);
}
