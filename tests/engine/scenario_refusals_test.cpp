#include <doctest/doctest.h>

#include "tests/engine/scenario_subject.h"
#include "tests/engine/trace_files.h"

using namespace wavetank;
using namespace wavetank::engine;
using wavetank::engine::test::read;
using wavetank::engine::test::TempFolder;

namespace {

/// A scenario whose load is one steady minute, with more beside it.
std::string with(const std::string& more) {
  return R"({"load": [{"name": "a", "shape": "steady", "rate": "1/s", "for": "1m"}], )" + more +
         "}";
}

std::string load(const std::string& entries) { return R"({"load": [)" + entries + "]}"; }

/// Whether the scenario is refused with this text, and nothing else is wrong.
void refused(const std::string& text, const std::string& expected) {
  const auto reading = read(text);
  INFO(reading.text());
  CHECK(reading.problems.count() == 1);
  CHECK(reading.text().find(expected) != std::string::npos);
}

constexpr const char* steady = R"({"name": "a", "shape": "steady", "rate": "1/s", "for": "1m"})";

}  // namespace

TEST_CASE("faults stay within the run") {
  refused(with(R"("faults": [{"fault": "load_spike", "at": "1m"}])"),
          "/faults/0/at: the load has ended by then, at 1m");
  refused(with(R"("faults": [{"fault": "load_spike", "at": "30s", "for": "31s"}])"),
          "/faults/0/for: the fault ends at 61s, after the load, which ends at 1m");
  refused(with(R"("warm_up": "10s", "faults": [{"fault": "load_spike", "at": "9s"}])"),
          "/faults/0/at: the fault begins before warm-up ends, at 10s");
  refused(with(R"("warm_up": "1m")"), "/warm_up: the load has ended by then, at 1m");
}

TEST_CASE("names are known, or the nearest is told") {
  refused(with(R"("faults": [{"fault": "load_spike", "at": "9s", "load": "b"}])"),
          "/faults/0/load: no load is called \"b\". Known loads: a.");
  refused(with(R"("faults": [{"fault": "load_spik", "at": "9s"}])"),
          "Did you mean \"load_spike\"?");
  refused(with(R"("expect": {"invariants": ["effect_onc"]})"),
          "/expect/invariants/0: no invariant is called \"effect_onc\". "
          "Did you mean \"effect_once\"?");
  refused(with(R"("expect": {"violates": ["effect_twice"]})"), "/expect/violates/0: no invariant");
  refused(with(R"("expect": {"invariants": ["conserved"], "violates": ["effect_once"]})"),
          "/expect/violates/0: \"effect_once\" is not among expect.invariants");
  refused(with(R"("expect": {"thresholds": ["freshness p(99) < 15m"],
                             "violates": ["freshness p(99)<15m", "recovery",
                                          "freshness p(98) < 15m"]})"),
          "/expect/violates/2: no invariant or threshold is called \"freshness p(98) < 15m\". "
          "Did you mean \"freshness p(99) < 15m\"?");
  refused(with(R"("expect": {"sometimes": ["breaker_opend"]})"),
          "/expect/sometimes/0: no event is called \"breaker_opend\". "
          "Did you mean \"breaker_opened\"?");
  refused(with(R"("expect": {"sometimes": ["a comet falls"]})"), "See wavetank list events.");
  refused(with(R"("expect": {"sometimes": ["cache_hit", "cache_hit"]})"),
          "/expect/sometimes/1: \"cache_hit\" stands here twice");
  refused(with(R"("systm": {})"), "\"systm\" is not a known key. Did you mean \"system\"?");
  refused(with(R"("system": {"blueprint": "pipelin"})"), "Did you mean \"pipeline\"?");
  refused(with(R"("system": {"clustr": {}})"), "Did you mean \"cluster\"?");
  refused(with(R"("breaks": ["protections none"])"), "/breaks/0: \"protections none\" is not");
}

TEST_CASE("thresholds that cannot be read say where") {
  refused(with(R"("expect": {"thresholds": ["api.latency p(95) < 45"]})"),
          "/expect/thresholds/0/expr: \"api.latency p(95) < 45\", at character 21");
  refused(with(R"("expect": {"thresholds": [{"expr": "api.latenci p(95) < 45ms"}]})"),
          "Did you mean \"api.latency\"?");
  refused(with(R"("expect": {"thresholds": [{"window": "1m"}]})"), "\"expr\" is missing");
  refused(with(R"("expect": {"thresholds": [7]})"), "/expect/thresholds/0: ");
}

TEST_CASE("loads must make sense") {
  refused(R"({"load": []})", "/load: the list is empty");
  refused("{}", "\"load\" is missing");
  refused(load(std::string(steady) + "," + steady), "/load/1/name: another load is called \"a\"");
  refused(load(R"({"shape": "steady", "rate": "1/s", "for": "1m"})"), "\"name\" is missing");
  refused(load(R"({"name": "a", "shape": "steady", "rate": "-1/s", "for": "1m"})"), "-1/s");
  refused(load(R"({"name": "a", "shape": "steady", "rate": 5, "for": "1m"})"), "/load/0/rate: ");
  refused(load(R"({"name": "a", "shape": "steady", "rate": "1/s", "for": "0s"})"),
          "/load/0/for: 0s is out of range");
  refused(load(R"({"name": "a", "shape": "stedy"})"), "Did you mean \"steady\"?");
  refused(load(R"({"name": "a", "shape": "steady", "rate": "1/s", "for": "1m", "ramp": {}})"),
          "\"ramp\" is not a known key");
  refused(load(R"({"name": "a", "shape": "spike", "rate": "1/s", "for": "1m",
                  "spike": {"at": "50s", "for": "11s"}})"),
          "/load/0/spike: the spike must end within `for`");
  refused(load(R"({"name": "a", "shape": "steady", "rate": "1/s", "for": "1m",
                  "keys": {"count": 5, "hot": 6}})"),
          "/load/0/keys/hot: there are fewer keys than hot ones");
  refused(load(R"({"name": "a", "shape": "steady", "rate": "1/s", "for": "1m",
                  "classes": [{"weight": 0}]})"),
          "/load/0/classes: the weights add up to nothing");
  refused(load(R"({"name": "a", "shape": "steady", "rate": "1/s", "for": "1m",
                  "classes": [{"kind": "submit"}, {"kind": "status"}]})"),
          "an entry either submits or reads");
}

TEST_CASE("reads must have something to read") {
  const std::string reads = R"({"name": "r", "shape": "steady", "rate": "1/s", "for": "1m",
    "kind": "status")";
  refused(load(reads + "}"), "/load/0/kind: there is no load that submits, so nothing to read");
  refused(load(std::string(steady) + "," + reads + R"(, "of": "b"})"),
          "/load/1/of: no load that submits is called \"b\"");
  refused(load(std::string(steady) + "," + reads + R"(, "read": {"by": "key"}})"),
          "/load/1/read/by: the load \"a\" has no keys");
  refused(load(std::string(steady) + "," + reads + R"(, "poll": {"interval": "1s"}})"),
          "only a submit polls");
  refused(load(std::string(steady) + "," + reads + R"(, "priority": "P0"})"),
          "/load/1/priority: \"priority\" means nothing here: a read takes it from the output");
  refused(load(std::string(steady) + "," + reads + R"(, "classes": [{"critical": true}]})"),
          "/load/1/classes/0/critical: ");
  refused(load(R"({"name": "a", "shape": "steady", "rate": "1/s", "for": "1m", "of": "b"})"),
          "/load/0/of: \"of\" means nothing here: only a load that reads takes it");
  const std::string other = R"({"name": "b", "shape": "steady", "rate": "1/s", "for": "1m"})";
  refused(load(std::string(steady) + "," + other + "," + reads + "}"),
          "/load/2/of: it must say which load's outputs it reads. "
          "Known loads that submit: a, b.");
}

TEST_CASE("a trace that cannot be read is refused at its place, a bad line at its number") {
  const TempFolder folder;
  const std::string file = folder.write("t.csv", "1\nx\n3\ny\n");
  const auto trace = [](const std::string& name, const std::string& more) {
    return load(R"({"name": "a", "shape": "trace", "file": ")" + name + R"(", "columns": {)" +
                more + "}}");
  };
  refused(trace("none.tsv", R"("time": 1)"), "/load/0/file: \"none.tsv\": there is no such file");
  refused(trace(file, R"("key": 1)"), "/load/0/columns/time: \"time\" is missing");
  refused(trace("", R"("time": 1)"), "/load/0/file");
  const std::string lines = read(trace(file, R"("time": 1)")).text();
  CHECK(lines == file + ":2:1: time \"x\" is not a number.\n" + file +
                     ":4:1: time \"y\" is not a number.\n");
}

TEST_CASE("all problems come at once, in the order of their places") {
  const std::string text = read(R"json({
    "sed": 1,
    "load": [{"name": "a", "shape": "steady", "rate": "1/s", "for": "1m", "timeout": "5"}],
    "faults": [{"fault": "load_spike", "at": "2m", "load": "b", "factor": "x"}],
    "warm_up": "1h",
    "expect": {"thresholds": ["nothing p(95) < 1"], "invariants": ["x"]}})json").text();
  std::size_t last = 0;
  for (const char* pointer : {"/sed", "/load/0/timeout", "/faults/0/at", "/faults/0/load",
                              "/faults/0/factor", "/warm_up", "/expect/thresholds/0/expr",
                              "/expect/invariants/0"}) {
    INFO(pointer, "\n", text);
    const std::size_t found = text.find(pointer, last);
    CHECK(found != std::string::npos);
    last = found == std::string::npos ? last : found;
  }
}
