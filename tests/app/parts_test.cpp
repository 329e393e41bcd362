// The pieces of the command line that a run of the program would not corner.

#include "app/output.h"
#include "app/repro.h"
#include "app/written_reports.h"
#include "tests/support/program.h"

namespace wavetank::app {
namespace {

TEST_CASE("a shell reads back the words it is given") {
  CHECK(shell_word("scenarios/day.json") == "scenarios/day.json");
  CHECK(shell_word("load.0.rate=500/s") == "load.0.rate=500/s");
  CHECK(shell_word("") == "''");
  CHECK(shell_word("a b") == "'a b'");
  CHECK(shell_word("$HOME;`id`") == "'$HOME;`id`'");
  CHECK(shell_word("it's") == "'it'\\''s'");
}

TEST_CASE("the command that repeats a run says its seed once") {
  CHECK(run_command("a.json", 7, {"x.y=1", "seed=7"}, "2x") ==
        "wavetank run a.json --seed 7 --set x.y=1 --load 2x");
  CHECK(run_command("a.json", 7, {}, "", true) == "wavetank run a.json --seed 7 --swarm");
  CHECK(break_command("a.json", {}, "2x") == "");
  CHECK(break_command("a.json", {"system.protections=none"}, "2x") ==
        "wavetank run a.json --set system.protections=none --load 2x");
}

TEST_CASE("reports are chosen by their words") {
  std::string wrong;
  CHECK(choose_reports("all", wrong).html);
  CHECK_FALSE(choose_reports("none", wrong).files());
  const ReportChoice two = choose_reports("junit,console", wrong);
  CHECK(wrong.empty());
  CHECK(two.junit);
  CHECK(two.console);
  CHECK_FALSE(two.json);
  choose_reports("junit,", wrong);
  CHECK(has(wrong, "unknown report \"\""));
}

TEST_CASE("a file is in its place only when it is whole") {
  const Bench bench;
  const std::string path = bench.path("journal.json").string();
  REQUIRE_FALSE(write_file(path, "first"));
  {
    GrowingFile file(path);
    file.write("half of the sec");
    CHECK(text_in(path) == "first");
  }
  CHECK(text_in(path) == "first");
  CHECK_FALSE(write_file(path, "second"));
  CHECK(text_in(path) == "second");
  CHECK(std::distance(std::filesystem::directory_iterator(bench.path("")), {}) == 1);
}

TEST_CASE("what cannot be written is told with its name") {
  const Bench bench;
  bench.write("taken", "");
  CHECK(has(*prepare_folder(bench.path("taken").string()), "taken is no folder"));
  CHECK(has(*prepare_file(bench.path("taken/t.json").string()), "taken/t.json"));
  CHECK(has(*prepare_file(bench.path("").string()), "is a folder"));
  CHECK(has(*write_file(bench.path("taken/t.json").string(), "x"), "taken/t.json"));
  CHECK_FALSE(prepare_folder(bench.path("a/b/c").string()));
  CHECK(std::filesystem::is_empty(bench.path("a/b/c")));
}

}  // namespace
}  // namespace wavetank::app
