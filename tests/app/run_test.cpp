// Runs of the built program: what they print, what they leave, how they end.

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/support/program.h"

namespace wavetank::app {
namespace {

using nlohmann::json;

json journal_in(const Bench& bench, const std::string& folder = "out") {
  return json::parse(text_in(bench.path(folder + "/journal.json")));
}

TEST_CASE("a run prints its summary and leaves its reports") {
  const Bench bench;
  bench.write("s.json", small_scenario());
  const Bench::Ended ended = bench.run("run s.json");
  INFO(ended.out << ended.err);
  REQUIRE(ended.code == 0);
  CHECK(has(ended.out, "PASS"));
  CHECK(has(ended.out, "CAN WE TRUST THE OUTPUT?"));
  CHECK(has(ended.out, "repeat   wavetank run s.json --seed 42  # "));
  CHECK_FALSE(has(ended.out, "\x1b"));
  CHECK(has(ended.err, " 50 %"));
  const json journal = journal_in(bench);
  CHECK(journal["verdict"] == "pass");
  CHECK(journal["exit_code"] == 0);
  CHECK(journal["scenario"] == "s.json");
  CHECK(journal["world"] == "sim");
  CHECK(journal["jobs"]["offered"] == 300);
  CHECK(journal["faults"][0]["fired"] > 0);
  CHECK(has(ended.out, journal["fingerprint"].get<std::string>()));
  for (const char* name : {"report.html", "junit.xml", "summary.md"}) {
    CHECK(std::filesystem::file_size(bench.path("out") / name) > 100);
  }
  // Nothing half-written stays behind.
  CHECK(std::distance(std::filesystem::directory_iterator(bench.path("out")), {}) == 4);
}

TEST_CASE("the seed decides, reports do not") {
  const Bench bench;
  bench.write("s.json", small_scenario());
  const auto fingerprint = [&](const std::string& options) {
    const Bench::Ended ended = bench.run("run s.json --quiet " + options);
    REQUIRE(ended.code == 0);
    return journal_in(bench)["fingerprint"].get<std::string>();
  };
  const std::string first = fingerprint("--report all");
  CHECK(fingerprint("--report json --perfetto t.json --verbose") == first);
  CHECK(fingerprint("--seed 42") == first);
  CHECK(fingerprint("--seed 43") != first);
  const json trace = json::parse(text_in(bench.path("t.json")));
  CHECK(trace["traceEvents"].size() > 300);
}

TEST_CASE("only what was asked for is written") {
  const Bench bench;
  bench.write("s.json", small_scenario());
  CHECK(bench.run("run s.json --report json --out a/b").code == 0);
  CHECK(std::filesystem::exists(bench.path("a/b/journal.json")));
  CHECK_FALSE(std::filesystem::exists(bench.path("a/b/report.html")));
  const Bench::Ended none = bench.run("run s.json --report none --quiet");
  CHECK(none.code == 0);
  CHECK(none.out.empty());
  CHECK(none.err.empty());
  CHECK_FALSE(std::filesystem::exists(bench.path("out")));
}

TEST_CASE("quiet is one line") {
  const Bench bench;
  bench.write("s.json", small_scenario());
  const Bench::Ended ended = bench.run("run s.json --quiet");
  CHECK(ended.err.empty());
  CHECK(std::count(ended.out.begin(), ended.out.end(), '\n') == 1);
  CHECK(ended.out.starts_with("PASS"));
}

TEST_CASE("overrides and load reach the run, and its repro") {
  const Bench bench;
  bench.write("s.json", small_scenario());
  const Bench::Ended ended =
      bench.run("run s.json --set load.0.rate=2/s --set 'title=a b' --load 2x");
  INFO(ended.err);
  CHECK(ended.code == 0);
  CHECK(has(ended.out, "wavetank run s.json --seed 42 --set load.0.rate=2/s --set 'title=a b' "
                       "--load 2x  # "));
  const json journal = journal_in(bench);
  CHECK(journal["jobs"]["offered"] == 240);
  CHECK(journal["title"] == "a b");
}

TEST_CASE("a breach is exit code 3, and its last line repeats it") {
  const Bench bench;
  bench.write("s.json", small_scenario());
  for (const char* quiet : {"", " --quiet"}) {
    const Bench::Ended ended =
        bench.run("run s.json --set 'expect.thresholds=[\"api.latency p(99) < 1us\"]' "
                  "--set steady=false" +
                  std::string(quiet));
    INFO(ended.out << ended.err);
    CHECK(ended.code == 3);
    CHECK(has(ended.out, "BREACHED (exit 3): api.latency p(99) < 1us failed"));
    const std::string last = ended.out.substr(ended.out.rfind('\n', ended.out.size() - 2) + 1);
    CHECK(last.starts_with("repeat   wavetank run s.json --seed 42 --set "));
  }
}

TEST_CASE("a fault that never fires makes the run invalid") {
  const Bench bench;
  bench.write("s.json", small_scenario());
  const Bench::Ended ended = bench.run("run s.json --set faults.0.ratio=0%");
  CHECK(ended.code == 4);
  CHECK(has(ended.out, "INVALID (exit 4): callback_timeout never fired"));
  CHECK(has(ended.out, "WILL IT RECOVER BY ITSELF?  not known: no fault was judged"));
}

TEST_CASE("what a run did not come to is said in every report") {
  const Bench bench;
  bench.write("s.json", small_scenario());
  const Bench::Ended ended =
      bench.run("run s.json --set 'expect.sometimes=[\"callback_timed_out\",\"breaker_opened\"]'");
  INFO(ended.out << ended.err);
  CHECK(ended.code == 0);
  CHECK(has(ended.out, "  saw nothing  "));
  CHECK(has(ended.out, "  never came   breaker_opened of 2 probes\n"));
  const json journal = journal_in(bench);
  CHECK(journal["probes"][0]["name"] == "callback_timed_out");
  CHECK(journal["probes"][0]["hits"] > 0);
  CHECK(journal["probes"][1]["hits"] == 0);
  const auto untested = std::count_if(journal["invariants"].begin(), journal["invariants"].end(),
                                      [](const json& one) { return one["situations"] == 0; });
  CHECK(untested > 0);
  const std::string summary = text_in(bench.path("out/summary.md"));
  CHECK(has(summary, "Nothing came that could have broken: "));
  CHECK(has(summary, "`breaker_opened` **never**"));
  CHECK(has(text_in(bench.path("out/junit.xml")), "it never happened"));
}

TEST_CASE("what cannot be written is said before the run") {
  const Bench bench;
  bench.write("s.json", small_scenario());
  bench.write("taken", "");
  for (const char* options : {"--out ''", "--out taken", "--out taken/below", "--out /proc/nowhere",
                              "--perfetto /proc/nowhere/t.json", "--perfetto ."}) {
    const Bench::Ended ended = bench.run(std::string("run s.json ") + options);
    INFO(options << ": " << ended.err);
    CHECK(ended.code == 2);
    CHECK(has(ended.err, "wavetank: "));
    CHECK_FALSE(has(ended.err, "10 %"));
    CHECK(ended.out.empty());
  }
}

/// Starts a run that would take an hour, sends it a signal once it is under way, and waits.
int interrupted_by(int signal, const Bench& bench) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const bool ready = ::chdir(bench.path("").c_str()) == 0 &&
                       ::dup2(::creat(".stdout", 0600), STDOUT_FILENO) >= 0 &&
                       ::dup2(::creat(".stderr", 0600), STDERR_FILENO) >= 0;
    if (ready) {
      ::execl(WAVETANK_PROGRAM, "wavetank", "run", "s.json", "--set", "load.0.for=500h", "--set",
              "load.0.rate=50/s", static_cast<char*>(nullptr));
    }
    ::_exit(99);
  }
  int status = 0;
  // The folder is made right before the run.
  while (!std::filesystem::exists(bench.path("out")) && ::waitpid(child, &status, WNOHANG) == 0) {
    ::sched_yield();
  }
  ::kill(child, signal);
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_CASE("a signal ends the run early, and leaves a partial report") {
  for (const int signal : {SIGINT, SIGTERM}) {
    const Bench bench;
    bench.write("s.json", small_scenario());
    CHECK(interrupted_by(signal, bench) == 128 + signal);
    const json journal = journal_in(bench);
    CHECK(journal["verdict"] == "interrupted");
    CHECK(journal["exit_code"] == 128 + signal);
    CHECK(journal["virtual_s"] < 500 * 3600);
    CHECK(has(text_in(bench.path(".stdout")), "INTERRUPTED (exit "));
    CHECK(std::filesystem::exists(bench.path("out/report.html")));
  }
}

TEST_CASE("no output is written over an input or another output, and a link stays a link") {
  const Bench bench;
  bench.write("s.json", small_scenario());
  const std::string before = text_in(bench.path("s.json"));
  for (const char* options : {"run s.json --record s.json", "run s.json --events ./s.json",
                              "run s.json --record x --events ./x", "shrink s.json --out s.json",
                              "explain s.json --out s.json", "compare s.json --out s.json"}) {
    INFO(options);
    CHECK(bench.run(options).code == 2);
  }
  std::filesystem::create_directory(bench.path("own"));
  bench.write("own/journal.json", small_scenario());
  CHECK(bench.run("run own/journal.json --out own").code == 2);
  CHECK(text_in(bench.path("own/journal.json")) == before);
  CHECK(text_in(bench.path("s.json")) == before);
  bench.write("old", "old");
  std::filesystem::create_symlink("old", bench.path("link"));
  CHECK(bench.run("run s.json --quiet --report none --events link").code == 0);
  CHECK(std::filesystem::is_symlink(bench.path("link")));
  CHECK(text_in(bench.path("old")).starts_with("# wavetank events: "));
  CHECK(bench.run("run s.json --quiet --report none --events new/folder/e").code == 0);
}

TEST_CASE("a file beside the reports that is lost is no success") {
  const Bench bench;
  bench.write("s.json", small_scenario());
  const Bench::Ended ended =
      bench.run("run s.json --quiet --report none --events e", "trap '' XFSZ; ulimit -f 20;");
  INFO(ended.err);
  CHECK(ended.code == 1);
  CHECK(has(ended.err, "could not be written (File too large)"));
  CHECK_FALSE(std::filesystem::exists(bench.path("e")));
}

}  // namespace
}  // namespace wavetank::app
