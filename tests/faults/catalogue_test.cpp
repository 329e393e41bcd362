#include "faults/catalogue.h"

#include <doctest/doctest.h>
#include <set>

#include "tests/faults/fault_run.h"

using namespace wavetank;
using namespace wavetank::testing;

TEST_CASE("catalogue: every fault has a name, a help sentence, a snippet of its own") {
  std::set<std::string> names;
  for (const faults::FaultType& type : faults::fault_types()) {
    CAPTURE(type.name);
    CHECK(names.insert(type.name).second);
    CHECK(std::string(type.help).ends_with("."));
    const std::unique_ptr<faults::Fault> fault = type.make();
    CHECK(std::string(fault->name()) == type.name);
    const std::string snippet = fault->snippet();
    CHECK(snippet.starts_with("{\"fault\": \"" + std::string(type.name) + "\", \"at\": "));
    CHECK(snippet.ends_with("}"));
    const std::set<std::string> known = {"calls", "tasks", "jobs", "requests"};
    CHECK(known.count(fault->touched_what()) == 1);
  }
  CHECK(names.size() == 16);
  CHECK(faults::make_fault("earthquake") == nullptr);
}

TEST_CASE("catalogue: every fault runs with its defaults and leaves nothing behind") {
  for (const faults::FaultType& type : faults::fault_types()) {
    CAPTURE(type.name);
    FaultRun run;
    run.add(type.name);
    REQUIRE(run.start().empty());
    run.run();
    CHECK(run.world.count(EventKind::fault_started) == 1);
    CHECK(run.world.count(EventKind::fault_ended) == 1);
    for (int i = 0; i < op_count(); ++i) CHECK_FALSE(run.world.gate().armed(static_cast<Op>(i)));
    const std::size_t said = run.world.log.controls.size();
    CHECK(said % 2 == 0);  // What was struck was healed.
  }
}

TEST_CASE("catalogue: a clone has the settings, not the state") {
  faults::FaultEntry entry;
  entry.name = "latency";
  entry.fault = fault_in_window("latency", {{"target", "cache"}, {"by", milliseconds(7)}});
  const faults::FaultEntry copy = entry;
  const std::vector<faults::FaultEntry> entries = {entry, copy};
  const auto fresh = faults::faults_of(entries);
  REQUIRE(fresh.size() == 2);
  CHECK(fresh[0].get() != entry.fault.get());
  CHECK(std::string(fresh[1]->name()) == "latency");
  CHECK(fresh[1]->spec().target == "cache");
  CHECK(fresh[1]->spec().at == whole_seconds(10));
}
