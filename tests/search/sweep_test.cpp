// Sweeps by the built program: order, resumption, failing seeds, swarm.

#include "app/sweep.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "app/ordered_pool.h"
#include "tests/support/program.h"

namespace wavetank::app {
namespace {

std::string swarm_scenario() {
  std::string text = small_scenario();
  text.insert(text.find("\"warm_up\""), R"("swarm": {
    "settings": [
      { "path": "system.callbacks.timeout", "from": "500ms", "to": "5s" },
      { "path": "faults.0.ratio", "values": ["40%", "80%"] }
    ],
    "faults": [
      { "fault": "pause", "target": "api/0", "at": "45s", "for": "2s", "probability": "50%" }
    ],
    "contract": { "calm": "5s" }
  },
  )");
  return text;
}

TEST_CASE("results are in the order of seeds, and the same for any number of threads") {
  const Bench bench;
  bench.write("s.json", small_scenario());
  const Bench::Ended one = bench.run("sweep s.json --seeds 12 --threads 1 --out one");
  INFO(one.out << one.err);
  REQUIRE(one.code == 0);
  CHECK(has(one.out, "PASS  all 12 seeds pass"));
  CHECK(has(one.out, "seeds 42-53"));
  CHECK(has(one.err, " 50 %  6 of 12  "));
  CHECK_FALSE(has(one.err, "\x1b"));
  REQUIRE(bench.run("sweep s.json --seeds 12 --threads 5 --out five --quiet").code == 0);
  CHECK(text_in(bench.path("one")) == text_in(bench.path("five")));
  std::istringstream lines(text_in(bench.path("one")));
  std::string line;
  std::getline(lines, line);
  for (int seed = 42; seed < 54; ++seed) {
    REQUIRE(std::getline(lines, line));
    CHECK(nlohmann::json::parse(line)["seed"] == seed);
  }
}

TEST_CASE("a sweep is continued where it was cut off, and its file is none the wiser") {
  const Bench bench;
  bench.write("s.json", small_scenario());
  REQUIRE(bench.run("sweep s.json --seeds 8 --out whole --quiet").code == 0);
  const std::string whole = text_in(bench.path("whole"));
  for (const std::size_t bytes : {std::size_t{0}, std::size_t{20}, whole.size() / 2}) {
    bench.write("cut", whole.substr(0, bytes));
    const Bench::Ended ended = bench.run("sweep s.json --seeds 8 --out cut");
    INFO(ended.out << ended.err);
    CHECK(ended.code == 0);
    CHECK(text_in(bench.path("cut")) == whole);
  }
  // Nothing is left to do, and more seeds may be asked for.
  CHECK(bench.run("sweep s.json --seeds 8 --out whole").code == 0);
  CHECK(has(bench.run("sweep s.json --seeds 9 --out whole").out, "1 scenario in"));
}

TEST_CASE("a file that holds something else is left alone") {
  const Bench bench;
  bench.write("s.json", small_scenario());
  bench.write("notes", "my notes\n");
  CHECK(bench.run("sweep s.json --seeds 2 --out notes").code == 2);
  CHECK(text_in(bench.path("notes")) == "my notes\n");
  REQUIRE(bench.run("sweep s.json --seeds 2 --out f --quiet").code == 0);
  const Bench::Ended other = bench.run("sweep s.json --seeds 2 --out f --load 2x");
  CHECK(other.code == 2);
  CHECK(has(other.err, "f holds another sweep"));
}

TEST_CASE("a failing seed comes with what repeats it, and the exit code is the worst one's") {
  const Bench bench;
  bench.write("s.json", small_scenario());
  const std::string broken = " --set system.callbacks.idempotent=false";
  const Bench::Ended ended = bench.run("sweep s.json --seeds 4" + broken);
  INFO(ended.out << ended.err);
  CHECK(ended.code == 3);
  CHECK(has(ended.out, "seed 42  BREACHED (exit 3): "));
  CHECK(has(ended.out, "  repeat  wavetank run s.json --seed 43" + broken));
  CHECK(has(ended.out, "effect_once               broken in 4 seeds"));
  const std::string last = ended.out.substr(ended.out.rfind('\n', ended.out.size() - 2) + 1);
  CHECK(last == "repeat   wavetank run s.json --seed 42" + broken + "\n");
  CHECK(bench.run("run s.json --quiet --seed 42" + broken).code == 3);
  CHECK(bench.run("sweep s.json --seeds 2 --out g --set faults.0.ratio=0%").code == 4);
}

TEST_CASE("a swarm's seeds draw, and a run repeats one") {
  const Bench bench;
  bench.write("s.json", swarm_scenario());
  const Bench::Ended ended = bench.run("sweep s.json --swarm --seeds 10 --out f");
  INFO(ended.out << ended.err);
  REQUIRE(ended.code == 0);
  CHECK(has(ended.out, "seeds 42-51, swarm"));
  std::istringstream lines(text_in(bench.path("f")));
  std::string line;
  std::getline(lines, line);
  std::size_t paused = 0;
  while (std::getline(lines, line)) {
    const auto row = nlohmann::json::parse(line);
    paused += row["fired"].contains("pause") ? 1 : 0;
    if (row["seed"] != 47) continue;
    const Bench::Ended run = bench.run("run s.json --swarm --seed 47");
    CHECK(has(run.out, row["fingerprint"].get<std::string>()));
    CHECK(has(run.out, "repeat   wavetank run s.json --seed 47 --swarm"));
    std::string sets;
    for (const std::string set : row["sets"]) sets += " --set '" + set + "'";
    const Bench::Ended same = bench.run("run s.json --seed 47" + sets);
    CHECK(has(same.out, row["fingerprint"].get<std::string>()));
  }
  CHECK(paused > 0);
  CHECK(paused < 10);
}

TEST_CASE("what cannot be swept is refused") {
  const Bench bench;
  bench.write("s.json", small_scenario());
  const auto refused = [&](const std::string& arguments, const std::string& says) {
    const Bench::Ended ended = bench.run("sweep " + arguments);
    INFO(arguments << ": " << ended.err);
    CHECK(ended.code == 2);
    CHECK(has(ended.err, says));
  };
  refused("", "sweep needs SCENARIO");
  refused("none.json", "none.json");
  refused("s.json --seeds 0", "--seeds takes a whole number from 1");
  refused("s.json --seeds many", "not \"many\"");
  refused("s.json --threads 0", "--threads takes a whole number from 1 to 1024");
  refused("s.json --swarm", "nothing is declared for seeds to draw");
  refused("s.json --set load.0.rat=1/s", "rat");
  refused("s.json --set faults.0.target=nowhere", "nowhere");
  refused("s.json --out .", ". is a folder");
  CHECK(bench.run("run s.json --swarm").code == 2);
}

TEST_CASE("an ordered pool hands out results by number, whoever made them") {
  std::vector<std::size_t> seen;
  OrderedPool<std::size_t> pool(200, 4, [](std::size_t i, std::size_t) { return i * i; });
  pool.run(
      [&](std::size_t i, std::size_t&& result) {
        CHECK(result == i * i);
        seen.push_back(i);
        return i < 99;
      },
      [] {});
  CHECK(seen.size() == 100);
  CHECK(std::is_sorted(seen.begin(), seen.end()));
}

TEST_CASE("what a pool's work throws comes out of it") {
  OrderedPool<int> pool(10, 2, [](std::size_t i, std::size_t) -> int {
    if (i == 5) throw std::runtime_error("five");
    return 0;
  });
  CHECK_THROWS_AS(pool.run([](std::size_t, int&&) { return true; }, [] {}), std::runtime_error);
}

}  // namespace
}  // namespace wavetank::app
