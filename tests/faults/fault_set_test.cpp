#include "faults/fault_set.h"

#include <doctest/doctest.h>

#include "tests/faults/fault_run.h"

using namespace wavetank;
using namespace wavetank::testing;

TEST_CASE("fault set: start and end are events with ids of their own, the end names the start") {
  FaultRun run;
  run.add("refuse");
  run.add("latency", {{"at", whole_seconds(12)}, {"for", whole_seconds(2)}});
  run.run();
  const std::vector<Event>& events = run.world.events;
  REQUIRE(events.size() == 4);
  CHECK(events[0].kind == EventKind::fault_started);
  CHECK(events[0].value == 0);
  CHECK(events[0].at == at_s(10));
  CHECK(events[1].value == 1);
  CHECK(events[2].kind == EventKind::fault_ended);
  CHECK(events[2].value == 1);
  CHECK(events[2].at == at_s(14));
  CHECK(events[2].cause == run.fault(1).id());
  CHECK(events[3].at == at_s(20));
  CHECK(run.fault(0).id() == events[0].id());
  CHECK(run.fault(0).id() != run.fault(1).id());
  CHECK(run.fault(1).window().from == at_s(12));
  CHECK(run.fault(1).window().to == at_s(14));
}

TEST_CASE("fault set: the first in file order wins, and only it counts") {
  FaultRun run;
  run.add("lost_reply", {{"target", "database"}});
  run.add("refuse");
  run.add("partition");
  run.add("latency", {{"by", milliseconds(100)}});
  const Outcome& call = run.call(Op::db_get, at_s(12), "api/0", "database", info_for(1));
  run.run();
  CHECK(call.failure == Failure::refused);
  CHECK(run.fired(0) == 0);
  CHECK(run.fired(1) == 1);
  CHECK(run.fired(2) == 0);
  CHECK(run.effects() == 0);
}

TEST_CASE("fault set: a delay and a lost reply apply together") {
  FaultRun run;
  run.add("latency", {{"by", milliseconds(100)}});
  run.add("lost_reply", {{"target", "database"}});
  const Outcome& call = run.call(Op::db_get, at_s(12), "api/0", "database", info_for(1));
  run.run();
  CHECK(call.failure == Failure::timeout);
  CHECK(run.fired(0) == 1);
  CHECK(run.fired(1) == 1);
}

TEST_CASE("fault set: without `for` it lasts until chaos ends, and nothing begins or lasts later") {
  FaultRun run;
  run.add("refuse", {{"for", Duration{}}});
  run.add("pause", {{"target", "api/0"}, {"for", whole_seconds(90)}});
  run.add("pause", {{"target", "api/1"}, {"at", whole_seconds(60)}});
  REQUIRE(run.start(at_s(60)).empty());
  run.run();
  CHECK(run.fault(0).window().to == at_s(60));
  CHECK(run.fault(1).window().to == at_s(60));
  CHECK(run.fired(2) == 0);
  CHECK(run.fault(2).id() == 0);
  CHECK(run.world.log.controls.size() == 2);
  CHECK(faults::planned_end(run.fault(0).spec()) == time_max);
  CHECK(faults::planned_end(run.fault(1).spec()) == at_s(100));
}

TEST_CASE("fault set: a world without a power and an unknown target are found before the run") {
  FaultRun run;
  run.world.fake_controls().lacking = {Power::crash};
  run.add("crash", {{"target", "wrokers/0"}});
  run.add("cache_outage", {{"mode", "stale"}});
  const std::vector<std::string> problems = run.start();
  REQUIRE(problems.size() == 2);
  CHECK(problems[0].find("crash needs the power \"crash\"") == 0);
  CHECK(problems[1].find("unknown target") == 0);
  CHECK(run.world.log.controls.empty());
}

TEST_CASE("fault set: one fault takes over a control at the moment another gives it back") {
  FaultRun run;
  run.add("slow_node", {{"target", "api/0"}, {"at", whole_seconds(20)}, {"factor", 3.0}});
  run.add("slow_node", {{"target", "api/0"}, {"factor", 2.0}});
  run.run();
  std::vector<std::string> factors;
  for (const std::string& said : run.world.log.controls) {
    factors.push_back(said.substr(said.rfind(' ') + 1));
  }
  CHECK(factors == std::vector<std::string>{"2.00", "1.00", "3.00", "1.00"});
}

TEST_CASE("fault set: stop ends what is active and begins no more") {
  FaultRun run;
  run.add("pause", {{"target", "api/0"}});
  run.add("refuse");
  run.add("refuse", {{"at", whole_seconds(18)}});
  REQUIRE(run.start().empty());
  run.world.loop().run_until(at_s(15));
  CHECK(run.set().active() == 2);
  run.set().stop();
  CHECK(run.set().active() == 0);
  CHECK_FALSE(run.world.gate().armed(Op::db_get));
  CHECK(run.world.log.controls.size() == 2);
  const Outcome& call = run.call(Op::db_get, at_s(19), "api/0", "database", info_for(1));
  run.run();
  CHECK(call.ok());
  CHECK(run.world.count(EventKind::fault_started) == 2);
  CHECK(run.world.count(EventKind::fault_ended) == 2);
}

TEST_CASE("fault set: the gate is armed for the verbs of active faults only") {
  FaultRun run;
  run.add("latency", {{"target", "objects.put"}});
  REQUIRE(run.start().empty());
  CHECK_FALSE(run.world.gate().armed(Op::objects_put));
  run.world.loop().run_until(at_s(15));
  CHECK(run.world.gate().armed(Op::objects_put));
  CHECK_FALSE(run.world.gate().armed(Op::objects_get));
  run.run();
  CHECK_FALSE(run.world.gate().armed(Op::objects_put));
}

TEST_CASE("fault set: draws are named by the label, else by the place in the file") {
  const auto struck = [](int before, const char* label) {
    FaultRun run;
    for (int i = 0; i < before; ++i) run.add("pause", {{"at", whole_seconds(100 + 20 * i)}});
    run.add("refuse", {{"ratio", Ratio{0.5}}, {"name", label}});
    std::vector<const Outcome*> calls;
    for (std::uint32_t entity = 0; entity < 64; ++entity) {
      calls.push_back(&run.call(Op::db_get, at_s(12), "api/0", "database", info_for(entity)));
    }
    run.run();
    std::uint64_t bits = 0;
    for (const Outcome* call : calls) bits = (bits << 1) | (call->ok() ? 0 : 1);
    return bits;
  };
  CHECK(struck(0, "storm") == struck(2, "storm"));
  CHECK(struck(0, "") != struck(2, ""));
  CHECK(struck(0, "storm") != struck(0, "calm"));
}
