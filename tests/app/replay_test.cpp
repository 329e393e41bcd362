// A run's decisions, written by run --record and followed by replay.

#include "tests/support/program.h"

namespace wavetank::app {
namespace {

std::string fingerprint_in(const std::string& printed) {
  const std::size_t at = printed.rfind("  # ");
  REQUIRE(at != std::string::npos);
  return printed.substr(at + 4, 16);
}

TEST_CASE("a replay is the recorded run, with its seed and overrides") {
  const Bench bench;
  bench.write("s.json", small_scenario());
  const Bench::Ended run = bench.run(
      "run s.json --report console --seed 7 --load 2x --set load.0.for=50s --record d");
  INFO(run.out << run.err);
  REQUIRE(run.code == 0);
  const Bench::Ended again = bench.run("replay s.json d --report console");
  INFO(again.out << again.err);
  CHECK(again.code == 0);
  CHECK(fingerprint_in(again.out) == fingerprint_in(run.out));
  CHECK(has(again.out, "note        the fingerprint is the recorded one\n"));
  CHECK(has(again.out, "repeat   wavetank replay s.json d --seed 7  # "));
  // The verdicts are the recording's, whatever the faults would say now.
  const Bench::Ended unlucky =
      bench.run("replay s.json d --report console --set faults.0.ratio=1%");
  CHECK(fingerprint_in(unlucky.out) == fingerprint_in(run.out));
}

TEST_CASE("a recording with lines taken out is followed, and says that the run is another") {
  const Bench bench;
  bench.write("s.json", small_scenario());
  REQUIRE(bench.run("run s.json --report none --quiet --record d").code == 0);
  std::string text = text_in(bench.path("d"));
  const std::size_t first = text.find("{\"fault\":0,");
  text.erase(first, text.find('\n', first) - first + 1);
  bench.write("d", text);
  const Bench::Ended ended = bench.run("replay s.json d --report console");
  INFO(ended.out << ended.err);
  CHECK(ended.code == 0);
  CHECK(has(ended.out, "the fingerprint is not the recorded one"));
  bench.write("d", text.substr(0, text.find('\n') + 1));
  CHECK(has(bench.run("replay s.json d --report console").out, "the recording has no end"));
}

TEST_CASE("what a recording does not say is told") {
  const Bench bench;
  bench.write("s.json", small_scenario());
  REQUIRE(bench.run("run s.json --report none --quiet --record d").code == 0);
  const std::string text = text_in(bench.path("d"));
  const std::size_t header = text.find('\n') + 1;
  bench.write("d", text.substr(0, header));
  CHECK(has(bench.run("replay s.json d --report console").out, " beyond the recording were taken"));
  bench.write("d", text.substr(0, header) + R"({"fault":9,"ask":0,"verdict":"refuse"})" + '\n' +
                       R"({"stream":"zzz","draws":["0000000000000000"]})" + '\n');
  const Bench::Ended ended = bench.run("replay s.json d --report console");
  INFO(ended.out);
  CHECK(has(ended.out, "speaks of fault 9"));
  CHECK(has(ended.out, "speaks of stream zzz"));
}

TEST_CASE("what is no recording is refused, with its line") {
  const Bench bench;
  bench.write("s.json", small_scenario());
  bench.write("d", "not one\n");
  const Bench::Ended ended = bench.run("replay s.json d");
  CHECK(ended.code == 2);
  CHECK(has(ended.err, "d: it is no recording of run --record"));
  CHECK(bench.run("replay s.json").code == 2);
  CHECK(has(bench.run("replay s.json nowhere").err, "nowhere: it cannot be read"));
  CHECK(bench.run("run s.json --record /proc/nowhere").code == 2);
}

}  // namespace
}  // namespace wavetank::app
