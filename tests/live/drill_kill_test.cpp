#include <csignal>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cstdlib>

#include "system/live/drill/action_strike.h"
#include "system/live/drill/drill.h"
#include "system/live/drill/process.h"
#include "system/live/drill/toxic_strike.h"
#include "tests/live/drill_folder.h"
#include "tests/live/drill_toxiproxy.h"

// A drill in a process of its own is killed at every step that it takes, and nothing stays behind.
// The other processes are this program: the cases marked skip() are what they run.

namespace wavetank::live {
namespace {

std::string variable(const char* name) {
  const char* text = std::getenv(name);
  return text == nullptr ? "" : text;
}

/// What befalls the run, and at which of its steps.
struct Fate {
  int step = 0;
  int signal = SIGKILL;
  int passed = 0;
  void pass() {
    if (++passed == step) ::raise(signal);
  }
};

/// A strike that passes a step before and after each thing that it does.
class Doomed final : public Strike {
 public:
  Doomed(std::unique_ptr<Strike> inner, Fate& fate) : inner_(std::move(inner)), fate_(fate) {}
  Trouble prepare() override {
    return step([this] { return inner_->prepare(); });
  }
  Trouble apply(const Note& note) override {
    const Note passing = [this, &note](const nlohmann::json& more) {
      return step([&note, &more] { return note(more); });
    };
    return step([this, &passing] { return inner_->apply(passing); });
  }
  Trouble undo() override {
    return step([this] { return inner_->undo(); });
  }
  Trouble verify() override {
    return step([this] { return inner_->verify(); });
  }
  StrikeText describe() const override { return inner_->describe(); }
  nlohmann::json record() const override { return inner_->record(); }

 private:
  template <class Do>
  Trouble step(Do action) {
    fate_.pass();
    Trouble trouble = action();
    fate_.pass();
    return trouble;
  }
  std::unique_ptr<Strike> inner_;
  Fate& fate_;
};

std::unique_ptr<Strike> touch(const std::string& file) {
  return owner_action({"touch", {"touch", file}, {"rm", "-f", file}, {"test", "!", "-e", file}},
                      "r1", "tank");
}

DrillSettings settings(const std::filesystem::path& folder) {
  return {.folder = folder / "run",
          .head = {"r1", "tank"},
          .watchdog = {"/proc/self/exe", "--no-skip", "-tc=drill process: watchdog"},
          .lease = milliseconds(variable("DRILL_LEASE_MS").empty() ? 20'000 : 500),
          .patience = {3, std::chrono::milliseconds(2)}};
}

TEST_CASE("drill process: watchdog" * doctest::skip()) {
  const auto drill = settings(variable("DRILL_FOLDER"));
  WatchSettings watching{drill.lease, drill.patience, 3, std::chrono::milliseconds(2)};
  watching.notify = [](const Notice& notice) {
    std::ofstream(variable("DRILL_FOLDER") + "/notices", std::ios::app)
        << notice.event << ' ' << notice.text << '\n';
  };
  ::_exit(watch(drill.folder, watching));
}

// Exits with 0 where all went well, 3 where its strikes were refused, 6 where residue was left.
TEST_CASE("drill process: run" * doctest::skip()) {
  Fate fate{std::atoi(variable("DRILL_STEP").c_str()), std::atoi(variable("DRILL_SIGNAL").c_str())};
  const std::filesystem::path folder = variable("DRILL_FOLDER");
  auto begun = Drill::begin(settings(folder), [](const std::string&) {});
  if (!begun) ::_exit(2);
  Drill& drill = **begun;
  fate.pass();
  const auto hit = [&drill, &fate](std::unique_ptr<Strike> strike) {
    const auto number = drill.hit(std::make_unique<Doomed>(std::move(strike), fate), minutes(5));
    fate.pass();
    return number;
  };
  const std::string api = variable("DRILL_API");
  const auto first = hit(toxic_silence({api, "queue", toxic_name("r1", 1)}, "upstream"));
  const auto second = hit(proxy_disabled({api, "cache", ""}));
  const auto third = hit(touch((folder / "touched").string()));
  if (first) (void)drill.lift(*first);
  fate.pass();
  const bool is_clean = drill.end().empty();
  fate.pass();
  ::_exit(!is_clean ? 6 : first && second && third ? 0 : 3);
}

struct Case {
  DrillFolder folder;
  FakeToxiproxy toxiproxy{{"queue", "cache"}};

  pid_t start(int step, int signal, bool short_lease = false) const {
    ::setenv("DRILL_FOLDER", folder.path().c_str(), 1);
    ::setenv("DRILL_API", toxiproxy.url().c_str(), 1);
    ::setenv("DRILL_STEP", std::to_string(step).c_str(), 1);
    ::setenv("DRILL_SIGNAL", std::to_string(signal).c_str(), 1);
    ::setenv("DRILL_LEASE_MS", short_lease ? "500" : "", 1);
    const pid_t child = ::fork();
    if (child == 0) {
      ::execl("/proc/self/exe", "test", "--no-skip", "-tc=drill process: run", "-o=/dev/null",
              static_cast<char*>(nullptr));
      ::_exit(127);
    }
    return child;
  }

  std::string log() const { return folder.read("run/watchdog.log"); }
  /// Returns when the watchdog has ended, if there ever was one.
  void wait_for_watchdog() const {
    const std::string text = log();
    if (!text.starts_with("process ")) return;
    const pid_t pid = static_cast<pid_t>(std::stol(text.substr(8)));
    while (process_at(pid)) ::usleep(1'000);
  }
  bool is_as_before() const {
    return toxiproxy.toxics("queue") == 0 && toxiproxy.enabled("cache") &&
           !std::filesystem::exists(folder.path() / "touched");
  }
};

int wait_for_end(pid_t child, int options = 0) {
  int status = 0;
  REQUIRE(::waitpid(child, &status, options) == child);
  return status;
}

TEST_CASE("drill: a run that is killed at any step leaves nothing behind") {
  int step = 1;
  for (int status = SIGKILL; status != 0; ++step) {
    REQUIRE(step < 200);
    CAPTURE(step);
    Case one;
    status = wait_for_end(one.start(step, SIGKILL));
    one.wait_for_watchdog();
    CHECK(one.is_as_before());
    if (WIFSIGNALED(status)) continue;
    // The first step that is never reached: the drill went through.
    CHECK(status == 0);
    const auto run = read_undo_record(one.folder.path() / "run");
    REQUIRE(run);
    CHECK(run->strikes.size() == 3);
    for (const auto& strike : run->strikes) CHECK(strike.state == StrikeState::undone);
  }
  CHECK(step > 20);
}

TEST_CASE("drill: a run that was stopped for longer than its lease strikes no more") {
  // 4: it has been recorded and is about to be applied.
  Case one;
  const pid_t child = one.start(4, SIGSTOP, true);
  CHECK(WIFSTOPPED(wait_for_end(child, WUNTRACED)));
  while (one.log().find("lapsed") == std::string::npos) ::usleep(1'000);
  ::kill(child, SIGCONT);
  const int status = wait_for_end(child);
  CHECK(WEXITSTATUS(status) == 3);
  one.wait_for_watchdog();
  CHECK(one.is_as_before());
}

TEST_CASE("drill: a strike that lands after its lease has lapsed is undone when the run dies") {
  Case one;
  const pid_t child = one.start(4, SIGSTOP, true);
  CHECK(WIFSTOPPED(wait_for_end(child, WUNTRACED)));
  while (one.log().find("lapsed") == std::string::npos) ::usleep(1'000);
  // What a run that was away would still send, after the watchdog undid everything.
  const auto late = toxic_silence({one.toxiproxy.url(), "queue", toxic_name("r1", 1)}, "upstream");
  while (!read_undo_record(one.folder.path() / "run")->closed) ::usleep(1'000);
  { (void)undo_all(one.folder.path() / "run", {1, std::chrono::milliseconds(1)}); }
  CHECK(!late->apply([](const nlohmann::json&) { return Trouble(); }));
  ::kill(child, SIGKILL);
  wait_for_end(child);
  one.wait_for_watchdog();
  CHECK(one.is_as_before());
}

TEST_CASE("drill: what a watchdog cannot undo is told") {
  // 6: the first strike has been applied.
  Case one;
  const pid_t child = one.start(6, SIGSTOP);
  CHECK(WIFSTOPPED(wait_for_end(child, WUNTRACED)));
  REQUIRE(one.toxiproxy.toxics("queue") == 1);
  one.toxiproxy.fail(true);
  ::kill(child, SIGKILL);
  wait_for_end(child);
  one.wait_for_watchdog();
  const std::string told = one.folder.read("notices");
  CAPTURE(told);
  CHECK(told.starts_with("residue the run is gone; "));
  CHECK(told.find("; its watchdog goes on trying\nresidue ") != std::string::npos);
  CHECK(told.ends_with("; its watchdog gave up\n"));
  one.toxiproxy.fail(false);
  const auto undone = undo_all(one.folder.path() / "run", {3, std::chrono::milliseconds(1)});
  REQUIRE(undone);
  CHECK(undone->residue.empty());
  CHECK(one.is_as_before());
}

TEST_CASE("drill: a kill of the whole process group does not take the watchdog along") {
  Case one;
  const pid_t child = one.start(0, SIGKILL);
  // In a group of its own, or this program would go too.
  ::setpgid(child, child);
  while (one.toxiproxy.toxics("queue") == 0 && process_at(child)) ::usleep(500);
  ::kill(-child, SIGKILL);
  wait_for_end(child);
  one.wait_for_watchdog();
  CHECK(one.is_as_before());
  CHECK(one.folder.read("notices") == "stop the run is gone; its watchdog has undone all of it\n");
}

}  // namespace
}  // namespace wavetank::live
