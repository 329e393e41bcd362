// Bad input of any kind gets a clear error with its place and exit code 2, and never a crash.

#include "tests/support/program.h"

namespace wavetank::app {
namespace {

/// `text` with `from` replaced by `to`.
std::string with(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

void refuses(const std::string& text, std::vector<std::string> says) {
  const Bench bench;
  bench.write("s.json", text);
  const Bench::Ended ended = bench.run("validate s.json");
  CHECK(ended.code == 2);
  CHECK(ended.out.empty());
  for (const std::string& part : says) {
    INFO(ended.err);
    CHECK_MESSAGE(has(ended.err, part), part);
  }
}

TEST_CASE("the small scenario itself is right") {
  const Bench bench;
  bench.write("s.json", small_scenario());
  const Bench::Ended ended = bench.run("validate s.json");
  CHECK(ended.err == "");
  CHECK(ended.code == 0);
  CHECK(has(ended.out, "valid: s.json"));
}

TEST_CASE("what is no JSON") {
  refuses("", {"s.json"});
  refuses("   \n", {"s.json"});
  refuses("not json", {"s.json:1:2: not JSON"});
  refuses("{\"title\": ", {"s.json:1:"});
  refuses("[]", {"s.json"});
  refuses("{} {}", {"s.json:1:4"});
  refuses("\"\xff\xfe\"", {"s.json"});
  refuses(std::string(5000, '['), {"s.json:1:", "deep"});
  refuses(std::string("{\"a\":\0}", 7), {"s.json:1:"});
}

TEST_CASE("a wrong unit, a bare number, a negative rate") {
  refuses(with(small_scenario(), "\"60s\"", "\"60 parsecs\""), {"s.json:5:", "/load/0/for"});
  refuses(with(small_scenario(), "\"60s\"", "60"), {"/load/0/for", "s.json:5:"});
  refuses(with(small_scenario(), "\"5/s\"", "\"-5/s\""), {"/load/0/rate", "s.json:5:"});
  refuses(with(small_scenario(), "\"50%\"", "\"150%\""), {"/faults/0/ratio"});
  refuses(with(small_scenario(), "\"1MB\"", "\"9000PB\""), {"/load/0/work" "/input", "1PB"});
}

TEST_CASE("a load that no memory holds is refused before it is tried") {
  refuses(with(small_scenario(), "\"5/s\"", "\"1e308/s\""), {"/load/0/rate", "At most 100M/s."});
  refuses(with(small_scenario(), "\"60s\"", "\"1000000h\""), {"/load/0/for", "At most 2G."});
  const Bench bench;
  bench.write("s.json", small_scenario());
  const Bench::Ended ended = bench.run("validate s.json --load 1e300x");
  INFO(ended.err);
  CHECK(ended.code == 2);
  CHECK(has(ended.err, "too fast"));
}

TEST_CASE("an unknown key comes with the nearest name") {
  refuses(with(small_scenario(), "\"nodes\"", "\"noodes\""),
          {"/system/cluster/noodes", "Did you mean \"nodes\"?"});
  refuses(with(small_scenario(), "\"callback_timeout\"", "\"callback_timout\""),
          {"/faults/0/fault", "callback_timeout"});
  refuses(with(small_scenario(), "api.latency p", "api.latncy p"), {"api.latency"});
}

TEST_CASE("an unknown target, which only the world can tell") {
  refuses(with(small_scenario(), "\"callbacks\"", "\"callbaks\""),
          {"/faults/0/target", "Did you mean \"callbacks\"?"});
}

TEST_CASE("what only the world can tell is told before anything is written") {
  const Bench bench;
  bench.write("s.json", with(small_scenario(), "\"callbacks\"", "\"callbaks\""));
  const Bench::Ended ended = bench.run("run s.json --out out/deep --perfetto trace.json");
  CHECK(ended.code == 2);
  CHECK(has(ended.err, "s.json:9: /faults/0/target: "));
  CHECK_FALSE(std::filesystem::exists(bench.path("out")));
  CHECK_FALSE(std::filesystem::exists(bench.path("trace.json")));
}

TEST_CASE("a repeated key") {
  refuses(with(small_scenario(), "\"title\": \"Small\"", "\"title\": \"a\", \"title\": \"b\""),
          {"title", "s.json:2:"});
}

TEST_CASE("all problems are told at once") {
  std::string text = with(small_scenario(), "\"60s\"", "60");
  text = with(text, "\"warm_up\"", "\"warmup\"");
  text = with(text, "\"nodes\": 4", "\"nodes\": -4");
  refuses(text, {"/load/0/for", "warm_up", "/system/cluster/nodes", "3 problems in s.json"});
}

TEST_CASE("what is no file, or none that can be read") {
  const Bench bench;
  std::filesystem::create_directory(bench.path("folder.json"));
  for (const char* name : {"missing.json", "folder.json", "folder.json/below.json", "''",
                           "/dev/zero", "/dev/null"}) {
    const Bench::Ended ended = bench.run(std::string("run ") + name);
    INFO(name << ": " << ended.err);
    CHECK(ended.code == 2);
    CHECK(has(ended.err, "wavetank: "));
    CHECK(ended.out.empty());
  }
  CHECK_FALSE(std::filesystem::exists(bench.path("out")));
}

// The address sanitizer reserves terabytes of addresses, so it runs without the limit.
#ifdef __SANITIZE_ADDRESS__
constexpr const char* memory_limit = "";
#else
constexpr const char* memory_limit = "ulimit -v 600000;";
#endif

TEST_CASE("a file of a gigabyte is refused before it is read") {
  const Bench bench;
  bench.write("large.json", "{");
  std::filesystem::resize_file(bench.path("large.json"), std::uintmax_t{1} << 30);
  const Bench::Ended ended = bench.run("validate large.json", memory_limit);
  INFO(ended.err);
  CHECK(ended.code == 2);
  CHECK(has(ended.err, "large.json"));
}

TEST_CASE("overrides that say nothing, or something wrong") {
  const Bench bench;
  bench.write("s.json", small_scenario());
  for (const char* set : {"nothing", "=5", "load.7.rate=5/s", "load.0.rate=", "load.0.rat=5/s",
                          "system.cluster.nodes=many", "load..rate=1/s"}) {
    const Bench::Ended ended = bench.run(std::string("validate s.json --set '") + set + "'");
    INFO(set << ": " << ended.err);
    CHECK(ended.code == 2);
    CHECK(has(ended.err, "--set"));
  }
}

TEST_CASE("an include that is missing, or includes itself") {
  const Bench bench;
  bench.write("s.json", R"({"include": ["nowhere.json"]})");
  Bench::Ended ended = bench.run("validate s.json");
  CHECK(ended.code == 2);
  CHECK(has(ended.err, "nowhere.json"));
  bench.write("s.json", R"({"include": ["s.json"]})");
  ended = bench.run("validate s.json");
  CHECK(ended.code == 2);
  CHECK(has(ended.err, "s.json"));
}

}  // namespace
}  // namespace wavetank::app
