// run --replications and compare, by the built program.

#include <nlohmann/json.hpp>

#include "tests/support/program.h"

namespace wavetank::app {
namespace {

using nlohmann::json;

json read(const Bench& bench, const std::string& file) {
  return json::parse(text_in(bench.path(file)));
}

std::string last_line(const std::string& text) {
  return text.substr(text.rfind('\n', text.size() - 2) + 1);
}

void fits(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    INFO(line);
    if (!line.starts_with("repeat ")) CHECK(line.size() <= 80);
  }
}

TEST_CASE("replications give means with intervals, and the first seed's report") {
  const Bench bench;
  bench.write("s.json", small_scenario());
  const std::string random = " --set load.0.shape=poisson";
  const Bench::Ended ended = bench.run("run s.json --replications 10" + random);
  INFO(ended.out << ended.err);
  REQUIRE(ended.code == 0);
  fits(ended.out);
  CHECK(has(ended.out, "10 seeds\n"));
  CHECK(has(ended.out, "PASS  all 10 seeds pass"));
  CHECK(last_line(ended.out) == "repeat   wavetank run s.json --seed 42" + random +
                                    " --replications 10\n");
  const json many = read(bench, "out/journal.json");
  const json& all = many["replications"];
  CHECK(all["count"] == 10);
  CHECK(all["first_seed"] == 42);
  CHECK(all["warm_up"]["by"] == "file");
  const json& figure = all["figures"]["freshness avg"];
  CHECK(figure["n"] == 10);
  CHECK(figure["low"] < figure["mean"]);
  CHECK(figure["mean"] < figure["high"]);
  CHECK(has(text_in(bench.path("out/summary.md")), "## Replications"));
  REQUIRE(bench.run("run s.json --quiet --out one" + random).code == 0);
  const json one = read(bench, "one/journal.json");
  CHECK_FALSE(one.contains("replications"));
  CHECK(one["fingerprint"] == many["fingerprint"]);
  CHECK(one["metrics"] == many["metrics"]);
  CHECK(has(bench.run("run s.json").out, "one seed"));
}

TEST_CASE("threads do not change what replications say") {
  const Bench bench;
  bench.write("s.json", small_scenario());
  const auto figures = [&](const std::string& options) {
    REQUIRE(bench.run("run s.json --quiet --replications 6 " + options).code == 0);
    return read(bench, "out/journal.json")["replications"].dump();
  };
  CHECK(figures("--threads 1") == figures("--threads 4"));
}

TEST_CASE("one seed that fails fails the replications, and is named") {
  const Bench bench;
  bench.write("s.json", small_scenario());
  const Bench::Ended ended =
      bench.run("run s.json --replications 3 --set system.callbacks.idempotent=false");
  CHECK(ended.code == 3);
  CHECK(has(ended.out, "(seed 42; 3 of 3 seeds fail)"));
  CHECK(has(ended.out, "  seed 44"));
  const json journal = read(bench, "out/journal.json");
  CHECK(journal["verdict"] == "breached");
  CHECK(journal["replications"]["failed"] == 3);
}

TEST_CASE("precision stops as soon as the intervals are narrow enough, not before ten runs") {
  const Bench bench;
  bench.write("s.json", small_scenario());
  const auto runs = [&](const std::string& options) {
    const Bench::Ended ended = bench.run("run s.json --set load.0.shape=poisson " + options);
    INFO(ended.out << ended.err);
    REQUIRE(ended.code == 0);
    return read(bench, "out/journal.json")["replications"];
  };
  const json loose = runs("--precision 50% --metric 'freshness avg'");
  CHECK(loose["count"] == 10);
  CHECK(loose["precision"]["reached"] == true);
  const json tight = runs("--precision 1.5% --metric 'freshness avg'");
  CHECK(tight["count"] > 10);
  CHECK(tight["precision"]["reached"] == true);
  const json never = runs("--precision 0.001% --replications 12 --metric 'freshness avg'");
  CHECK(never["count"] == 12);
  CHECK(never["precision"]["reached"] == false);
}

TEST_CASE("the warm-up is the file's, the user's, or that of MSER-5") {
  const Bench bench;
  bench.write("s.json", small_scenario());
  const auto warm_up = [&](const std::string& options) {
    const Bench::Ended ended =
        bench.run("run s.json --quiet --set load.0.for=10m --set 'faults=[]' --replications 4 " +
                  options);
    INFO(ended.out << ended.err);
    REQUIRE(ended.code == 0);
    return read(bench, "out/journal.json")["replications"]["warm_up"];
  };
  CHECK(warm_up("")["cut_s"] == 5.0);
  const json given = warm_up("--warm-up-cut 30s");
  CHECK(given["by"] == "given");
  CHECK(given["cut_s"] == 30.0);
  const json found = warm_up("--warm-up-cut auto");
  CHECK(found["by"] == "mser5");
  CHECK(found["cut_s"] == found["mser5_s"]);
  CHECK(found["cut_s"] < 300.0);
}

TEST_CASE("batches of one run give intervals, and change nothing of the run") {
  const Bench bench;
  bench.write("s.json", small_scenario());
  const std::string longer = " --set load.0.for=10m --set load.0.shape=poisson";
  const Bench::Ended ended = bench.run("run s.json --batches 5" + longer);
  INFO(ended.out << ended.err);
  REQUIRE(ended.code == 0);
  fits(ended.out);
  CHECK(has(ended.out, "5 batches of 1m59s after a warm-up of 5s"));
  CHECK(has(ended.out, "one seed"));
  const json journal = read(bench, "out/journal.json");
  const json& figure = journal["batches"]["figures"]["freshness avg"];
  CHECK(figure["n"] == 5);
  CHECK(figure["low"] < figure["mean"]);
  CHECK(figure["few"] == true);
  const json& rate = journal["batches"]["figures"]["processes.accepted rate"];
  CHECK(rate["mean"] > 4.0);
  CHECK(rate["mean"] < 6.0);
  REQUIRE(bench.run("run s.json --quiet --out one" + longer).code == 0);
  const json one = read(bench, "one/journal.json");
  CHECK(one["fingerprint"] == journal["fingerprint"]);
  CHECK(one["metrics"] == journal["metrics"]);
  CHECK_FALSE(one.contains("batches"));
  CHECK(bench.run("run s.json --batches 1").code == 2);
  CHECK(bench.run("run s.json --batches 4 --replications 4").code == 2);
}

TEST_CASE("what replications and compare cannot do is refused") {
  const Bench bench;
  bench.write("s.json", small_scenario());
  const auto refused = [&](const std::string& arguments, const std::string& says) {
    const Bench::Ended ended = bench.run(arguments);
    INFO(arguments << ": " << ended.err);
    CHECK(ended.code == 2);
    CHECK(has(ended.err, says));
  };
  refused("run s.json --replications 1", "--replications takes a whole number from 2");
  refused("run s.json --replications 3 --perfetto t", "--perfetto takes a single run");
  refused("run s.json --replications 3 --swarm", "wavetank sweep --swarm");
  refused("run s.json --precision much", "--precision takes a share such as 2%");
  refused("run s.json --precision 2% --set 'expect.thresholds=[]'", "--precision needs");
  refused("run s.json --replications 3 --metric 'freshnes avg'", "Did you mean \"freshness avg\"?");
  refused("run s.json --metric 'freshness avg'", "--metric needs --replications");
  refused("run s.json --warm-up-cut auto", "--warm-up-cut auto needs --replications");
  refused("run s.json --warm-up-cut soon", "soon");
  refused("compare", "compare needs A");
  refused("compare s.json none.json", "none.json");
  refused("compare s.json --set-b load.0.rat=1/s", "rat");
  refused("compare s.json --metric nothing", "no figure is called \"nothing\"");
}

TEST_CASE("compare tells what a setting changes, by pairs") {
  const Bench bench;
  bench.write("s.json", small_scenario());
  const Bench::Ended ended =
      bench.run("compare s.json --replications 10 --set load.0.shape=poisson "
                "--set-b 'load.0.work.output=1MB' --metric 'freshness avg'");
  INFO(ended.out << ended.err);
  REQUIRE(ended.code == 0);
  fits(ended.out);
  CHECK(has(ended.out, "* freshness avg"));
  CHECK(has(ended.out, "seeds 42-51"));
  const json figure = read(bench, "out/compare.json")["figures"]["freshness avg"];
  CHECK(figure["pairs"] == 10);
  CHECK(figure["difference"]["mean"] > 0);
  CHECK(figure["variance_ratio"] > 1);
  CHECK(figure["identical"] == false);
}

TEST_CASE("what does not matter differs by exactly nothing") {
  const Bench bench;
  bench.write("s.json", small_scenario());
  const std::string always =
      R"({"fault": "callback_timeout", "at": "20s", "for": "20s", "ratio": "50%"})";
  const std::string never =
      R"({"fault": "latency", "at": "30s", "for": "10s", "target": "api", "ratio": "0%"})";
  const std::string set = "--set-b 'faults=[" + always + ", " + never + "]'";
  const std::string thresholds =
      "--set-b 'expect.thresholds=[\"cache.hit_ratio value >= 0%\", "
      "{\"expr\": \"api.latency{priority=P1} p(97) < 9s\", \"window\": \"5s\"}]'";
  for (const std::string& change : {std::string(), set, thresholds}) {
    const Bench::Ended ended = bench.run("compare s.json --replications 3 " + change);
    INFO(change << ended.out << ended.err);
    REQUIRE(ended.code == 0);
    const json figures = read(bench, "out/compare.json")["figures"];
    CHECK(figures.size() > 100);
    for (const auto& [name, figure] : figures.items()) {
      INFO(name);
      CHECK(figure["identical"] == true);
      CHECK(figure["difference"]["mean"] == 0.0);
      CHECK(figure["difference"]["half"] == 0.0);
      CHECK(figure["variance_ratio"].is_null());
    }
  }
}

TEST_CASE("a station that nobody asks changes nothing of what is measured elsewhere") {
  const Bench bench;
  const std::string server = R"j({"name": "server", "service": "exponential(10ms)"})j";
  const std::string idle = R"j({"name": "idle", "service": "exponential(1s)"})j";
  bench.write("s.json", R"({
    "system": { "blueprint": "stations", "stations": [)" + server + R"(],
                "clients": [{ "name": "users", "route": "server" }] },
    "load": [{ "name": "requests", "shape": "poisson", "rate": "80/s", "for": "60s",
               "client": "users" }],
    "warm_up": "5s", "settle": "1m",
    "expect": { "thresholds": ["client.latency p(99) < 10s"] }
  })");
  const std::string both = "--set-b 'system.stations=[" + idle + ", " + server + "]'";
  const Bench::Ended ended = bench.run("compare s.json --replications 3 " + both);
  INFO(ended.out << ended.err);
  REQUIRE(ended.code == 0);
  std::size_t same = 0;
  const json figures = read(bench, "out/compare.json")["figures"];
  for (const auto& [name, figure] : figures.items()) {
    // A mean over all stations is over one more.
    if (name.starts_with("station.") && !has(name, "{station=server}")) continue;
    INFO(name);
    CHECK(figure["identical"] == true);
    ++same;
  }
  CHECK(same > 50);
}

}  // namespace
}  // namespace wavetank::app
