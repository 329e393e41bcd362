#include "system/live/drill/program.h"

#include <csignal>

#include "tests/live/drill_folder.h"

namespace wavetank::live {
namespace {

using Arguments = std::vector<std::string>;

TEST_CASE("drill: a program runs without a shell, and its end and output come back") {
  const ProgramEnd echo = run_program({"echo", "$HOME", "; exit 3"}, whole_seconds(10));
  CHECK(echo.ok());
  CHECK(echo.output == "$HOME ; exit 3\n");
  const ProgramEnd failed = run_program({"sh", "-c", "echo one; echo two >&2; exit 3"},
                                        whole_seconds(10));
  CHECK(failed.code == 3);
  CHECK(failed.said() == "exit 3: two");
  const ProgramEnd killed = run_program({"sh", "-c", "kill -9 $$"}, whole_seconds(10));
  CHECK(!killed.ok());
  CHECK(killed.said() == "killed by Killed");
  CHECK(run_program({"no-such-program-anywhere"}, whole_seconds(10)).code == 127);
  CHECK(!run_program({}, whole_seconds(10)).ok());
}

TEST_CASE("drill: a program that takes too long is killed with all that it started") {
  const DrillFolder folder;
  const std::string pid = folder.file("pid");
  const ProgramEnd end = run_program(
      {"sh", "-c", "sleep 600 & echo $! >" + pid + "; wait"}, milliseconds(300));
  CHECK(end.code == -1);
  CHECK(end.trouble.find("took longer than 300 ms") != std::string::npos);
  // Killed, it may take a moment to go.
  while (process_of_file(pid)) ::usleep(1'000);
}

TEST_CASE("drill: a daemon that keeps the streams open holds nobody up") {
  const DrillFolder folder;
  const std::string pid = folder.file("pid");
  const ProgramEnd end = run_program(
      {"sh", "-c", "setsid sleep 600 & echo $! >" + pid + "; echo done"}, minutes(5));
  CHECK(end.output == "done\n");
  const auto daemon = process_of_file(pid);
  REQUIRE(daemon);
  CHECK(!send_signal(daemon->identity, SIGKILL));
}

TEST_CASE("drill: a program whose start cannot be noted never starts") {
  const DrillFolder folder;
  const std::string made = folder.file("made");
  ProcessIdentity told;
  const ProgramEnd end = run_program({"touch", made}, whole_seconds(10),
                                     [&told](const ProcessIdentity& process) {
                                       told = process;
                                       return Trouble("the disk is full");
                                     });
  CHECK(end.trouble == "the disk is full");
  CHECK(told.pid > 1);
  CHECK(!std::filesystem::exists(made));
}

TEST_CASE("drill: a command line can be pasted") {
  CHECK(shell_line({"kill", "-CONT", "12"}) == "kill -CONT 12");
  CHECK(shell_line({"echo", "", "it's", "{\"a\":1}"}) == R"(echo '' 'it'\''s' '{"a":1}')");
}

TEST_CASE("drill: a process is known by its start, so that a pid used again is not hit") {
  const ProcessIdentity self = this_process();
  CHECK(is_alive(self));
  ProcessIdentity other = self;
  other.start += 1;
  CHECK(!is_alive(other));
  CHECK(send_signal(other, 0).has_value());
  CHECK(!send_signal(self, 0));
  other = self;
  other.boot = "another";
  CHECK(!is_alive(other));
}

TEST_CASE("drill: a pid file that cannot be trusted names nobody") {
  const DrillFolder folder;
  const auto why = [&folder](const std::string& text) {
    folder.write("pid", text);
    const auto found = process_of_file(folder.file("pid"));
    return found ? std::string() : found.why();
  };
  CHECK(process_of_file(folder.file("none")).why().find("cannot be read") != std::string::npos);
  CHECK(why("x").find("no process id") != std::string::npos);
  CHECK(why("1").find("no process id") != std::string::npos);
  CHECK(why("-7").find("no process id") != std::string::npos);
  CHECK(why(std::to_string(::getpid())).find("wavetank itself") != std::string::npos);
  // A process that started after the file was written is not the one that wrote it.
  folder.write("pid", std::to_string(::getppid()));
  const auto long_ago = std::filesystem::file_time_type::clock::now() - std::chrono::hours(99'999);
  std::filesystem::last_write_time(folder.path() / "pid", long_ago);
  CHECK(process_of_file(folder.file("pid")).why().find("younger") != std::string::npos);
}

}  // namespace
}  // namespace wavetank::live
