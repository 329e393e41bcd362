// explain, by the built program.

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/support/program.h"

namespace wavetank::app {
namespace {

using nlohmann::json;

/// Half of the callbacks time out, and a receiver counts each one.
json counting_twice() {
  json s = json::parse(small_scenario());
  s["system"]["callbacks"]["idempotent"] = false;
  s["prices"] = {{"core_hour", 0.5}, {"gb", 0.25}};
  return s;
}

TEST_CASE("explain says what each cost, how it came about, and what would have saved it") {
  const Bench bench;
  bench.write("s.json", counting_twice().dump());
  const Bench::Ended ended = bench.run("explain s.json --out e/it.json");
  INFO(ended.out << ended.err);
  REQUIRE(ended.code == 0);
  CHECK(has(ended.out, "BREACHED (exit 3): effect_once broken"));
  CHECK(has(ended.out, "WHAT DID EACH COST?  it passes without callback_timeout, or"));
  CHECK(has(ended.out, "\n* callback_timeout "));
  CHECK(has(ended.out, "HOW DID IT COME ABOUT?  effect_once broken"));
  CHECK(has(ended.out, "timed out"));
  CHECK(has(ended.out, "--set system.callbacks.idempotent=true"));
  CHECK(has(ended.out, "money"));
  CHECK(has(ended.err, " 50 %  "));
  const json found = json::parse(text_in(bench.path("e/it.json")));
  CHECK(found["costs"][0]["what"] == "callback_timeout");
  CHECK(found["costs"][0]["costs"]["duplicates"]["mean"] > 0);
  CHECK(found["costs"][0]["costs"]["duplicates"]["half"].is_null());
  CHECK(found["rescues"][0]["set"] == "system.callbacks.idempotent=true");
  CHECK(found["tried"] > 10);
  CHECK(found["runs"] == found["tried"].get<std::size_t>() + found["costs"].size() + 1);
  // 300 jobs of a megabyte in, less those of the warm-up; what they write is no more than a tenth.
  CHECK(found["whole"]["bytes_moved"]["mean"] > 270e6);
  CHECK(found["whole"]["bytes_moved"]["mean"] < 345e6);
  CHECK(has(text_in(bench.path("e/it.md")), "```mermaid"));
  // It is the run that it explains.
  const Bench::Ended run = bench.run("run s.json --quiet");
  const std::string print = ended.out.substr(ended.out.rfind("# ") + 2, 16);
  CHECK(has(run.out, print));
}

TEST_CASE("with several seeds there are intervals, whatever the number of threads") {
  const Bench bench;
  bench.write("s.json", counting_twice().dump());
  const auto figures = [&](const std::string& threads) {
    const Bench::Ended ended =
        bench.run("explain s.json --seeds 3 --quiet --threads " + threads + " --out t" + threads);
    INFO(ended.err);
    REQUIRE(ended.code == 0);
    CHECK(has(ended.out, "seeds 42-44, 0 pass"));
    CHECK(has(ended.out, "+-, 95 %"));
    return text_in(bench.path("t" + threads));
  };
  CHECK(figures("1") == figures("3"));
}

TEST_CASE("what passes is attributed, and needs no rescue") {
  const Bench bench;
  bench.write("s.json", small_scenario());
  const Bench::Ended ended = bench.run("explain s.json");
  INFO(ended.out << ended.err);
  CHECK(ended.code == 0);
  CHECK(has(ended.out, "WHAT DID EACH COST?  it passes"));
  CHECK(has(ended.out, "WHAT WOULD HAVE SAVED IT?  nothing is broken"));
  CHECK(std::filesystem::exists(bench.path("out/explain.json")));
}

/// "system.clients[].timeout" of "system.clients.*.timeout", as settings are listed.
std::string listed(std::string path) {
  const auto star = path.find(".*");
  return star == std::string::npos ? path : path.replace(star, 2, "[]");
}

TEST_CASE("every knob is a setting") {
  const Bench bench;
  const std::string known = bench.run("list settings").out;
  for (const char* path : {
#define KNOB(path, factor, role) path,
#define SWITCH(path, value, role) path,
#include "scenarios/engine/explain/knobs.def"
#undef KNOB
#undef SWITCH
       }) {
    INFO(path);
    CHECK(has(known, listed(path) + '\n'));
  }
}

std::string stuck_network() {
  return R"JSON({
    "system": {
      "blueprint": "stations",
      "stations": [ { "name": "server", "service": "exponential(3333333ns)" } ],
      "clients": [ { "name": "users", "route": "server", "timeout": "1s",
                     "retry": { "policy": "fixed", "base": "0s", "attempts": 2 } } ]
    },
    "load": [ { "name": "requests", "shape": "poisson", "rate": "280/s", "for": "3m",
                "client": "users" } ],
    "faults": [ { "fault": "pause", "at": "20s", "for": "10s", "target": "server" } ],
    "warm_up": "15s", "settle": "0s",
    "expect": { "thresholds": ["client.latency{phase=warm_up} p(99) < 500ms"],
                "recovery": "stuck" }
  })JSON";
}

TEST_CASE("a network that stays down is explained by what would have shed the load") {
  const Bench bench;
  bench.write("s.json", stuck_network());
  const Bench::Ended ended = bench.run("explain s.json --out e.json --quiet");
  INFO(ended.out << ended.err);
  REQUIRE(ended.code == 0);
  CHECK(has(ended.out, "BREACHED (exit 3): recovery stuck after pause"));
  const json found = json::parse(text_in(bench.path("e.json")));
  std::vector<std::string> sets;
  for (const json& one : found["rescues"]) sets.push_back(one["set"]);
  const auto saved_by = [&](const char* set) {
    return std::find(sets.begin(), sets.end(), set) != sets.end();
  };
  CHECK(saved_by("system.stations.0.drop_expired=true"));
  CHECK(saved_by("system.stations.0.queue_limit=200"));
  CHECK(saved_by("system.stations.0.servers=2"));
  // An open breaker refuses requests that were never sent: they are offered and fail, no more.
  CHECK(saved_by("system.clients.0.breaker.enabled=true"));
  bench.run("run s.json --report json --set system.clients.0.breaker.enabled=true");
  const json run = json::parse(text_in(bench.path("out/journal.json")));
  const json& metrics = run["metrics"];
  CHECK(metrics.dump().find("client.offered") != std::string::npos);
  for (const json& one : run["invariants"]) CHECK(one["verdict"] != "broken");
  CHECK(found["whole"]["latency_p99"]["mean"] > 0.5);
}

TEST_CASE("the report of a stuck run names a single setting under which it recovers") {
  const Bench bench;
  bench.write("s.json", stuck_network());
  const Bench::Ended stuck = bench.run("run s.json");
  INFO(stuck.out << stuck.err);
  REQUIRE(stuck.code == 0);
  CHECK(has(stuck.out, "\n  rescue      system."));
  const json run = json::parse(text_in(bench.path("out/journal.json")));
  CHECK(run["recovery"]["verdict"] == "stuck");
  const std::string rescue = run["findings"][0]["rescue"];
  CHECK(has(rescue, " single settings tried"));
  CHECK(has(text_in(bench.path("out/summary.md")), "Rescue: "));
  const std::string set = rescue.substr(0, rescue.find(','));
  bench.run("run s.json --report json --set " + set);
  const json saved = json::parse(text_in(bench.path("out/journal.json")));
  INFO(set);
  CHECK(saved["recovery"]["verdict"] == "recovers");
}

TEST_CASE("what cannot be explained is said") {
  const Bench bench;
  bench.write("s.json", small_scenario());
  const auto refuses = [&](const std::string& options, const std::string& says) {
    const Bench::Ended ended = bench.run("explain " + options);
    INFO(ended.err);
    CHECK(ended.code == 2);
    CHECK(has(ended.err, says));
  };
  refuses("missing.json", "there is no such file");
  refuses("s.json --seeds 0", "--seeds takes a whole number from 1");
  refuses("s.json --out .", "is a folder");
  refuses("s.json --set system.api.replcas=2", "nothing was run");
  refuses("s.json --set faults.0.target=nobody", "nothing was run");
}

}  // namespace
}  // namespace wavetank::app
