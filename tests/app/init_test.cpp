// What init writes is right from the first run on.

#include <nlohmann/json.hpp>

#include "tests/support/program.h"

namespace wavetank::app {
namespace {

TEST_CASE("init writes a platform and a drill, and both are valid") {
  const Bench bench;
  const Bench::Ended ended = bench.run("init 'my platform'");
  CHECK(ended.code == 0);
  CHECK(has(ended.out, "wavetank run 'my platform/first_drill.json'"));
  for (const char* name : {"platform.json", "first_drill.json"}) {
    const Bench::Ended valid = bench.run("validate 'my platform/" + std::string(name) + "'");
    INFO(valid.err);
    CHECK(valid.code == 0);
  }
}

TEST_CASE("the first drill passes, and without protections it does not") {
  const Bench bench;
  REQUIRE(bench.run("init").code == 0);
  const Bench::Ended drill = bench.run("run first_drill.json");
  INFO(drill.out << drill.err);
  CHECK(drill.code == 0);
  CHECK(has(drill.out, "2 of 2 faults fired"));
  const Bench::Ended bare = bench.run("run first_drill.json --set system.protections=none");
  INFO(bare.out << bare.err);
  CHECK(bare.code == 3);
}

TEST_CASE("the platform alone is a calm day") {
  const Bench bench;
  REQUIRE(bench.run("init").code == 0);
  const Bench::Ended calm = bench.run("run platform.json");
  INFO(calm.out << calm.err);
  CHECK(calm.code == 0);
}

TEST_CASE("init overwrites nothing") {
  const Bench bench;
  bench.write("first_drill.json", "mine");
  const Bench::Ended ended = bench.run("init");
  CHECK(ended.code == 2);
  CHECK(has(ended.err, "first_drill.json is there already"));
  CHECK(text_in(bench.path("first_drill.json")) == "mine");
  CHECK_FALSE(std::filesystem::exists(bench.path("platform.json")));
}

TEST_CASE("init into what is no folder") {
  const Bench bench;
  bench.write("taken", "");
  CHECK(bench.run("init taken").code == 2);
  CHECK(bench.run("init /proc/nowhere").code == 2);
}

}  // namespace
}  // namespace wavetank::app
