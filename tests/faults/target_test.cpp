#include "faults/target.h"

#include <doctest/doctest.h>

#include "tests/faults/fault_run.h"

using namespace wavetank;
using namespace wavetank::testing;
using faults::Target;

namespace {

/// A call that has not been made, for predicates.
class Made {
 public:
  template <class V = verb::GetProcess>
  static const Call& of(FakeWorld& world, const char* from, const char* to,
                        typename V::Args args = {}) {
    CallOf<V>* call = CallOf<V>::make(std::move(args));
    call->caller = &world.node(from);
    call->server = world.node(to).id();
    return *call;  // The frame pool goes with the world.
  }
};

std::vector<faults::Obstacle> problems_of(const char* text) {
  FakeWorld world;
  std::vector<faults::Obstacle> problems;
  Target::compile(text, world, problems);
  return problems;
}

bool matches(FakeWorld& world, const char* text, const Call& call) {
  std::vector<faults::Obstacle> problems;
  const Target target = Target::compile(text, world, problems);
  CHECK(problems.empty());
  return target.matches(call);
}

}  // namespace

TEST_CASE("target: a node, a group, a service, a verb, two sides") {
  FakeWorld world;
  const Call& get = Made::of(world, "api/0", "database");
  const Call& callback = Made::of<verb::HttpCallback>(world, "workers/0", "callbacks/0");
  CHECK(matches(world, "database", get));
  CHECK(matches(world, "database.get", get));
  CHECK_FALSE(matches(world, "database.advance", get));
  CHECK(matches(world, "api->database", get));
  CHECK(matches(world, "api/0->database", get));
  CHECK_FALSE(matches(world, "api/1->database", get));
  CHECK(matches(world, "api->*", get));
  CHECK(matches(world, "*->database.get", get));
  CHECK_FALSE(matches(world, "database->api", get));
  CHECK_FALSE(matches(world, "callbacks", get));
  CHECK(matches(world, "callbacks", callback));
  CHECK(matches(world, "callbacks/0", callback));
  CHECK(matches(world, "http.callback", callback));
}

TEST_CASE("target: a task attempt goes to the node of its slot, its own work goes nowhere") {
  FakeWorld world;
  verb::RunAttempt::Args args;
  args.slot.node = world.node("workers/3").id();
  const Call& attempt = Made::of<verb::RunAttempt>(world, "launcher/0", "compute", args);
  const Call& scan = Made::of<verb::Scan>(world, "workers/3", "workers/3");
  CHECK(matches(world, "workers/3", attempt));
  CHECK(matches(world, "workers", attempt));
  CHECK_FALSE(matches(world, "workers/2", attempt));
  CHECK_FALSE(matches(world, "workers/3", scan));
  CHECK(matches(world, "dataset.scan", scan));
}

TEST_CASE("target: a partition of a topic") {
  FakeWorld world;
  auto* call = CallOf<verb::Publish>::make({});
  call->caller = &world.node("api/0");
  call->server = world.node("queue").id();
  call->partition = 3;
  CHECK(matches(world, "topic/3", *call));
  CHECK_FALSE(matches(world, "topic/4", *call));
}

TEST_CASE("target: an unknown name is a problem with the nearest one and the list") {
  const std::vector<faults::Obstacle> typo = problems_of("wrokers");
  REQUIRE(typo.size() == 1);
  CHECK(typo[0].what == "unknown target \"wrokers\"");
  CHECK(typo[0].hint == "Did you mean \"workers\"?");
  const std::vector<faults::Obstacle> nonsense = problems_of("xxxxxxxxxxxx");
  REQUIRE(nonsense.size() == 1);
  CHECK(nonsense[0].hint.find("Did you mean") == std::string::npos);
  CHECK(nonsense[0].hint.find(" workers ") != std::string::npos);
  CHECK(problems_of("").size() == 1);
  const std::vector<faults::Obstacle> beyond = problems_of("workers/9");
  REQUIRE(beyond.size() == 1);
  CHECK(beyond[0].hint.find("from workers/0 to workers/") != std::string::npos);
  CHECK(problems_of("topic/x").size() == 1);
  CHECK(problems_of("topic/").size() == 1);
  CHECK(problems_of("topic/99999999999999999999").size() == 1);
  CHECK(problems_of("apu->databse").size() == 2);
  CHECK(problems_of("objects.put->database").size() == 1);
}

TEST_CASE("target: every known name compiles") {
  FakeWorld world;
  const std::vector<std::string> known = faults::known_targets(world);
  CHECK(known.size() > 40);
  for (const std::string& name : known) {
    CAPTURE(name);
    CHECK(problems_of(name.c_str()).empty());
  }
}
