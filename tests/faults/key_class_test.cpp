#include "faults/key_class.h"

#include <doctest/doctest.h>

#include "tests/faults/fault_run.h"

using namespace wavetank;
using namespace wavetank::testing;
using faults::KeyClass;

namespace {

bool has(const char* keys, const CallInfo& info, bool critical = false) {
  FakeWorld world;
  HttpRequest request;
  request.ticket.critical = critical;
  auto* call = CallOf<verb::HttpCallback>::make(request);
  call->info = info;
  const auto key = KeyClass::parse(keys, 100);
  REQUIRE(key.has_value());
  return key->has(*call);
}

}  // namespace

TEST_CASE("key class: popularity, priority, safety and single entities") {
  CHECK(has("all", CallInfo{}));
  CHECK(has("hot", info_for(99)));
  CHECK_FALSE(has("hot", info_for(100)));
  CHECK_FALSE(has("hot", CallInfo{}));
  CHECK(has("cold", info_for(100)));
  CHECK_FALSE(has("cold", info_for(99)));
  CHECK_FALSE(has("cold", CallInfo{}));
  CHECK(has("e17", info_for(17)));
  CHECK_FALSE(has("e17", info_for(18)));
  CHECK(has("critical", info_for(1), true));
  CHECK_FALSE(has("critical", info_for(1), false));
  CallInfo urgent = info_for(1);
  urgent.priority = Priority::p0;
  CHECK(has("p0", urgent));
  CHECK_FALSE(has("p1", urgent));
}

TEST_CASE("key class: what is none") {
  for (const char* text : {"", "hott", "p3", "p", "e", "e-1", "e1x", "e99999999999", "17", "P0"}) {
    CAPTURE(text);
    CHECK_FALSE(KeyClass::parse(text, 100).has_value());
  }
  CHECK_THROWS_AS(fault_with("latency", {{"keys", "lukewarm"}}), Broken);
}

TEST_CASE("key class: a fault strikes its keys only") {
  FaultRun run;
  run.add("refuse", {{"keys", "hot"}, {"hot_keys", std::int64_t{10}}});
  const Outcome& hot = run.call(Op::db_get, at_s(12), "api/0", "database", info_for(9));
  const Outcome& cold = run.call(Op::db_get, at_s(12), "api/0", "database", info_for(10));
  run.run();
  CHECK(hot.failure == Failure::refused);
  CHECK(cold.ok());
  CHECK(run.fired() == 1);
}
