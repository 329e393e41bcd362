// shrink, by the built program.

#include <nlohmann/json.hpp>

#include "tests/support/program.h"

namespace wavetank::app {
namespace {

using nlohmann::json;

/// Each callback has three tries, twenty seconds apart, and nobody looks after it: only the three
/// refusals together lose a process. They are shorter than pauses are by default, so that no other
/// setting makes one of them enough. Fifty other faults do no harm.
json three_among(int noise) {
  json s = json::parse(small_scenario());
  s["system"]["callbacks"]["retry"] = {{"policy", "fixed"}, {"base", "20s"}, {"attempts", 3}};
  s["system"]["reconciler"]["enabled"] = false;
  s["load"][0]["rate"] = "10/s";
  s["load"][0]["for"] = "90s";
  s["settle"] = "2m";
  const json kinds = json::parse(R"([
    { "fault": "latency", "target": "api->database", "by": "1ms", "ratio": "20%" },
    { "fault": "latency", "target": "launcher->database", "by": "2ms", "ratio": "50%" },
    { "fault": "duplicate_delivery", "ratio": "10%" },
    { "fault": "latency", "target": "queue", "by": "3ms", "ratio": "10%" }
  ])");
  json faults = json::array();
  for (int i = 0; i < noise; ++i) {
    json fault = kinds[static_cast<std::size_t>(i) % kinds.size()];
    fault["at"] = std::to_string(6 + i * 7 % 70) + "s";
    fault["for"] = "3s";
    faults.push_back(fault);
  }
  for (const auto& [place, at] : {std::pair{7, "20s"}, {23, "40s"}, {41, "60s"}}) {
    const json refusal = {{"fault", "refuse"}, {"at", at}, {"for", "100ms"},
                          {"target", "callbacks"}};
    faults.insert(faults.begin() + std::min<std::ptrdiff_t>(place, std::ssize(faults)), refusal);
  }
  s["faults"] = faults;
  return s;
}

TEST_CASE("3 planted faults among 50 others are found, and the file they are in breaks the same") {
  const Bench bench;
  bench.write("s.json", three_among(50).dump());
  const Bench::Ended ended = bench.run("shrink s.json --seed 7 --out found/it.json");
  INFO(ended.out << ended.err);
  REQUIRE(ended.code == 0);
  CHECK(has(ended.out, "s  seed 7 breaks no_process_lost"));
  const auto row = ended.out.find("faults       53 -> 3 ");
  REQUIRE(row != std::string::npos);
  CHECK(std::stoi(ended.out.substr(row + 21)) <= 200);
  CHECK(has(ended.out, "1-MINIMAL"));
  CHECK(has(ended.err, "faults, 53 left"));
  const json found = json::parse(text_in(bench.path("found/it.json")));
  REQUIRE(found["faults"].size() == 3);
  for (const json& fault : found["faults"]) CHECK(fault["fault"] == "refuse");
  CHECK(found["seed"] == 7);
  CHECK(found["system"]["reconciler"]["enabled"] == false);
  CHECK_FALSE(found["system"]["cluster"].contains("nodes"));
  // It is run as any other, and its fingerprint is the one that was promised.
  const Bench::Ended again = bench.run("run found/it.json --quiet");
  CHECK(again.code == 3);
  CHECK(has(again.out, "no_process_lost broken"));
  const std::string print = ended.out.substr(ended.out.rfind("# ") + 2, 16);
  CHECK(has(again.out, print));
}

TEST_CASE("includes, overrides, load and traces are in the result, wherever it stands") {
  const Bench bench;
  bench.write("platform.json", R"({ "system": { "api": { "delivery": "dual_write" },
      "cluster": { "nodes": 4, "task_start": "100ms", "job_start": "500ms" } } })");
  std::filesystem::create_directory(bench.path("data"));
  std::string rows;
  for (int i = 0; i < 60; ++i) rows += std::to_string(i) + "\n";
  bench.write("data/jobs.tsv", rows);
  bench.write("s.json", R"({ "include": ["platform.json"],
    "load": [ { "name": "jobs", "shape": "trace", "file": "data/jobs.tsv",
                "columns": { "time": 1 }, "work": { "input": "1MB" } } ],
    "faults": [ { "fault": "refuse", "at": "10s", "for": "20s", "target": "queue.publish" } ],
    "settle": "2m", "expect": { "thresholds": ["api.latency p(99) < 10s"] } })");
  const Bench::Ended ended =
      bench.run("shrink s.json --set faults.0.at=12s --load 2x --out far/away/it.json --quiet");
  INFO(ended.out << ended.err);
  REQUIRE(ended.code == 0);
  CHECK(ended.out.starts_with("wavetank run far/away/it.json  # "));
  const json found = json::parse(text_in(bench.path("far/away/it.json")));
  CHECK_FALSE(found.contains("include"));
  CHECK(found["system"]["api"]["delivery"] == "dual_write");
  CHECK(found["load"][0]["file"] == "../../data/jobs.tsv");
  CHECK(bench.run("run far/away/it.json --report none").code == 3);
}

TEST_CASE("what a seed of a swarm drew is shrunk like what the file says") {
  const Bench bench;
  json s = json::parse(small_scenario());
  s["faults"] = json::array();
  s["swarm"] = json::parse(R"({
    "settings": [ { "path": "system.callbacks.idempotent", "values": ["false"] },
                  { "path": "system.api.replicas", "from": "1", "to": "4" } ],
    "faults": [ { "probability": "100%", "fault": "callback_timeout", "at": "20s", "for": "20s",
                  "ratio": "50%", "ranges": [ { "path": "at", "from": "20s", "to": "30s" } ] } ]
  })");
  bench.write("s.json", s.dump());
  const Bench::Ended ended =
      bench.run("shrink s.json --seed 9 --swarm --invariant effect_once --quiet");
  INFO(ended.out << ended.err);
  REQUIRE(ended.code == 0);
  const json found = json::parse(text_in(bench.path("out/shrunk.json")));
  CHECK_FALSE(found.contains("swarm"));
  CHECK(found["faults"].size() == 1);
  CHECK(found["system"]["callbacks"]["idempotent"] == false);
  CHECK_FALSE(found["system"].contains("api"));
  CHECK(bench.run("run out/shrunk.json --report none").code == 3);
}

TEST_CASE("what cannot be shrunk is said") {
  const Bench bench;
  bench.write("s.json", small_scenario());
  const auto refuses = [&](const std::string& options, const std::string& says) {
    const Bench::Ended ended = bench.run("shrink s.json " + options);
    INFO(ended.err);
    CHECK(ended.code == 2);
    CHECK(has(ended.err, says));
    CHECK(ended.out.empty());
  };
  refuses("", "nothing to shrink: no invariant is broken with seed 42. The run ends with: PASS");
  refuses("--invariant conserved", "nothing to shrink: conserved is not broken with seed 42");
  refuses("--invariant conservd", "Did you mean \"conserved\"?");
  refuses("--runs none", "--runs takes a whole number");
  refuses("--seed x", "--seed takes a whole number");
  refuses("--swarm", "nothing is declared for seeds to draw");
  refuses("--out ''", "a file needs a name");
  refuses("--out .", "is a folder");
  refuses("--set load.0.rat=1/s", "1 problem in s.json; nothing was run");
}

}  // namespace
}  // namespace wavetank::app
