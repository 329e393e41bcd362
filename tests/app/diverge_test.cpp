// Where two runs, or the recordings of two builds, part.

#include "tests/support/program.h"

namespace wavetank::app {
namespace {

TEST_CASE("a run does the same twice") {
  const Bench bench;
  bench.write("s.json", small_scenario());
  const Bench::Ended ended = bench.run("diverge s.json");
  INFO(ended.out << ended.err);
  CHECK(ended.code == 0);
  CHECK(has(ended.out, "  A  s.json --seed 42\n  B  s.json --seed 42\n"));
  CHECK(has(ended.out, "SAME  "));
}

TEST_CASE("what one setting changes first is named, with what came before it") {
  const Bench bench;
  bench.write("s.json", small_scenario());
  const Bench::Ended ended = bench.run("diverge s.json s.json --set-b faults.0.ratio=0%");
  INFO(ended.out << ended.err);
  REQUIRE(ended.code == 3);
  CHECK(has(ended.out, "B  s.json --seed 42 --set faults.0.ratio=0%"));
  CHECK(has(ended.out, "DIFFERENT (exit 3): after "));
  CHECK(has(ended.out, "BEFORE, IN BOTH\n"));
  const std::string a = ended.out.substr(ended.out.find("THEN A"));
  CHECK(has(a, "callback"));
  CHECK(has(a, "THEN B\n  > "));
  std::istringstream lines(ended.out);
  for (std::string line; std::getline(lines, line);) CHECK(line.size() <= 80);
}

TEST_CASE("another seed is another run from its start") {
  const Bench bench;
  bench.write("s.json", small_scenario());
  CHECK(bench.run("diverge s.json --seed-b 43").code == 3);
  CHECK(bench.run("diverge s.json --load-b 2x").code == 3);
}

TEST_CASE("recordings of two builds are compared line by line") {
  const Bench bench;
  bench.write("s.json", small_scenario());
  const std::string run = "run s.json --report none --quiet --events ";
  REQUIRE(bench.run(run + "a").code == 0);
  REQUIRE(bench.run(run + "b").code == 0);
  CHECK(text_in(bench.path("a")).starts_with("# wavetank events: wavetank run s.json --seed 42\n"));
  CHECK(bench.run("diverge a b").code == 0);
  CHECK(bench.run("diverge a b --seed 3").code == 2);
  const std::string whole = text_in(bench.path("a"));
  CHECK(whole.ends_with("\n# end\n"));
  bench.write("cut_a", whole.substr(0, whole.size() - 6));
  bench.write("cut_b", whole.substr(0, whole.size() - 6));
  const Bench::Ended cut = bench.run("diverge cut_a cut_b");
  CHECK(cut.code == 4);
  CHECK(has(cut.err, "has no end"));
  std::string other = text_in(bench.path("b"));
  const std::size_t at = other.find("callback_applied");
  REQUIRE(at != std::string::npos);
  other.replace(at, 8, "carrier ");
  bench.write("b", other);
  const Bench::Ended ended = bench.run("diverge a b");
  INFO(ended.out);
  CHECK(ended.code == 3);
  CHECK(has(ended.out.substr(ended.out.find("THEN B")), "carrier"));
}

TEST_CASE("only like is compared with like") {
  const Bench bench;
  bench.write("s.json", small_scenario());
  bench.write("a", "# wavetank events: x\n");
  const Bench::Ended mixed = bench.run("diverge s.json a");
  CHECK(mixed.code == 2);
  CHECK(has(mixed.err, "a scenario can be compared with a scenario"));
  const Bench::Ended missing = bench.run("diverge a nothing.json");
  CHECK(missing.code == 2);
  CHECK(has(missing.err, "\"nothing.json\" cannot be read"));
  CHECK(bench.run("diverge s.json --set-b faults.0.rato=1").code == 2);
}

}  // namespace
}  // namespace wavetank::app
