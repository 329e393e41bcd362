#include <doctest/doctest.h>
#include <rapidcheck.h>
#include <set>

#include "tests/faults/fault_run.h"

using namespace wavetank;
using namespace wavetank::testing;

namespace {

/// The calls, by entity and attempt, that a fault of this ratio refuses.
std::set<std::pair<std::uint32_t, std::uint32_t>> refused(double ratio, bool other_load = false) {
  FaultRun run;
  run.add("refuse", {{"ratio", Ratio{ratio}}});
  std::vector<std::pair<std::pair<std::uint32_t, std::uint32_t>, const Outcome*>> calls;
  for (std::uint32_t entity = 0; entity < 400; ++entity) {
    if (other_load) run.call(Op::cache_get, at_s(11), "api/1", "cache", info_for(entity));
    for (std::uint32_t attempt = 0; attempt < 2; ++attempt) {
      const CallInfo info = info_for(entity, attempt);
      calls.push_back(
          {{entity, attempt}, &run.call(Op::db_get, at_s(12), "api/0", "database", info)});
    }
  }
  run.run();
  std::set<std::pair<std::uint32_t, std::uint32_t>> struck;
  for (const auto& [who, outcome] : calls) {
    if (outcome->failure == Failure::refused) struck.insert(who);
  }
  CHECK(run.fired() == struck.size());
  return struck;
}

}  // namespace

TEST_CASE("ratio: what a smaller one hits, a larger one hits too") {
  CHECK(rc::check([] {
    const double one = *rc::gen::inRange(0, 101) / 100.0;
    const double two = *rc::gen::inRange(0, 101) / 100.0;
    const auto few = refused(std::min(one, two));
    const auto more = refused(std::max(one, two));
    RC_ASSERT(std::includes(more.begin(), more.end(), few.begin(), few.end()));
  }));
}

TEST_CASE("ratio: 4 % is a part of 5 %, of about the right size, attempts drawn anew") {
  const auto four = refused(0.04);
  const auto five = refused(0.05);
  CHECK(std::includes(five.begin(), five.end(), four.begin(), four.end()));
  CHECK(four.size() > 12);
  CHECK(four.size() < 60);
  const auto half = refused(0.5);
  std::size_t both = 0;
  for (std::uint32_t entity = 0; entity < 400; ++entity) {
    both += half.count({entity, 0}) * half.count({entity, 1});
  }
  CHECK(both > 60);
  CHECK(both < 140);
}

TEST_CASE("ratio: other traffic changes nothing; 0 and 1 are none and all") {
  CHECK(refused(0.3) == refused(0.3, true));
  CHECK(refused(0).empty());
  CHECK(refused(1).size() == 800);
}

TEST_CASE("ratio: calls for no entity are told apart by when they are sent") {
  FaultRun run;
  run.add("refuse", {{"ratio", Ratio{0.5}}});
  for (int i = 0; i < 100; ++i) {
    const Time at = at_s(12) + milliseconds(i);
    run.call(Op::db_get, at, "api/0", "database");
  }
  run.run();
  CHECK(run.fired() > 25);
  CHECK(run.fired() < 75);
}
