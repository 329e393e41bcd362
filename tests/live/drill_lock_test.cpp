#include "system/live/drill/lock.h"

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

#include "system/live/drill/action_strike.h"
#include "system/live/drill/process.h"
#include "system/live/drill/undo.h"
#include "tests/live/drill_folder.h"
#include "tests/live/drill_lock_contract.h"

namespace wavetank::live {
namespace {

TEST_CASE("drill: a lock in a folder") {
  const DrillFolder folder;
  check_lock_place(*lock_in_folder(folder.file("locks")));
  // Its time is counted, not read off a clock that people set; a halt has no end.
  std::int64_t ns = 0;
  const auto place = lock_in_folder(folder.file("counted"), [&ns] { return ns; });
  REQUIRE(place->take("run", "a", whole_seconds(10)));
  REQUIRE(place->take("halt", "h", for_ever));
  ns = whole_seconds(9).ns;
  CHECK(*place->take("run", "b", whole_seconds(10)) == "a");
  ns = whole_seconds(10).ns;
  CHECK(*place->read("run") == "");
  CHECK(*place->take("run", "b", whole_seconds(10)) == "b");
  ns = for_ever.ns * 2;
  CHECK(*place->read("halt") == "h");
  const auto nowhere = lock_in_folder("/proc/nowhere");
  CHECK(!nowhere->take("run", "a", minutes(1)));
  CHECK(!nowhere->read("run"));
}

TEST_CASE("drill: one run at a time, and the second is told who the first is") {
  const DrillFolder folder;
  const auto place = lock_in_folder(folder.file("locks"));
  TargetLock first(*place, "r1");
  TargetLock second(*place, "r2");
  CHECK(!first.take());
  CHECK(second.take()->find("in use by run r1 of ") != std::string::npos);
  CHECK(second.take()->find("process " + std::to_string(::getpid())) != std::string::npos);
  CHECK(!first.renew());
  CHECK(!first.release());
  CHECK(!second.take());
  CHECK(first.renew()->find("lost to run r2") != std::string::npos);
  // What is not one's own is not released.
  CHECK(!first.release());
  CHECK(!second.renew());
}

TEST_CASE("drill: a lock that its holder did not renew is free, one of a dead process at once") {
  const DrillFolder folder;
  const auto place = lock_in_folder(folder.file("locks"));
  TargetLock lapsed(*place, "r1", Duration{0});
  CHECK(!lapsed.take());
  while (!place->read("run")->empty()) ::usleep(10'000);
  const pid_t child = ::fork();
  if (child == 0) {
    TargetLock dead(*place, "r2");
    ::_exit(dead.take() ? 1 : 0);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(status == 0);
  CHECK(place->read("run")->find("r2") != std::string::npos);
  TargetLock next(*place, "r3");
  CHECK(!next.take());
}

/// The lock is left by a process that has ended, whose record lies in `run`.
void die_with_the_lock(LockPlace& place, const std::filesystem::path& run) {
  const pid_t child = ::fork();
  if (child == 0) {
    TargetLock dead(place, "r1", TargetLock::usual_time, run.string());
    ::_exit(dead.take() ? 1 : 0);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(status == 0);
}

TEST_CASE("drill: a lock of a dead process is not taken while what it has struck stands") {
  const DrillFolder folder;
  const auto place = lock_in_folder(folder.file("locks"));
  const auto run = folder.path() / "r1";
  auto record = UndoRecord::create(run, {"r1", "t.json"});
  REQUIRE(record);
  const std::string struck = folder.file("struck");
  CHECK((*record)->intend(*owner_action({"a", {"touch", struck}, {"rm", "-f", struck},
                                         {"test", "!", "-e", struck}}, "r1", "x")));
  die_with_the_lock(*place, run);
  TargetLock next(*place, "r2");
  for (int attempt = 0; attempt < 2; ++attempt) {
    const Trouble refused = next.take();
    REQUIRE(refused);
    CHECK(refused->find("run r1 of ") != std::string::npos);
    CHECK(refused->find("wavetank undo " + run.string()) != std::string::npos);
    CHECK(next.struck());
  }
  CHECK(undo_all(run, {1, std::chrono::milliseconds(1)}));
  CHECK(!next.take());
  CHECK(!next.struck());
  CHECK(!next.release());
  // A run that struck nothing, or whose folder is gone, leaves nothing to undo.
  std::filesystem::remove_all(run);
  die_with_the_lock(*place, run);
  CHECK(!next.take());
}

TEST_CASE("drill: a lock of another machine is not taken from it, whatever its pid") {
  const DrillFolder folder;
  const auto place = lock_in_folder(folder.file("locks"));
  nlohmann::json theirs = holder_of_this_process("r1");
  theirs["host"] = "elsewhere";
  theirs["process"]["start"] = 1;
  CHECK(place->take("run", theirs.dump(), minutes(1)));
  TargetLock ours(*place, "r2");
  CHECK(ours.take()->find("on host elsewhere") != std::string::npos);
}

TEST_CASE("drill: halt stops runs and refuses new ones until it is released") {
  const DrillFolder folder;
  const auto place = lock_in_folder(folder.file("locks"));
  TargetLock running(*place, "r1");
  CHECK(!running.take());
  CHECK(!*who_halted(*place));
  CHECK(!halt_target(*place, "an incident"));
  CHECK(running.renew()->find("halted by") != std::string::npos);
  CHECK(!running.release());
  TargetLock next(*place, "r2");
  CHECK(next.take()->find("an incident") != std::string::npos);
  // A second halt changes nothing, and any machine releases it.
  CHECK(!halt_target(*place, "another"));
  CHECK((*who_halted(*place))->find("an incident") != std::string::npos);
  CHECK(!release_halt(*place));
  CHECK(!release_halt(*place));
  CHECK(!next.take());
}

/// A place that is out of reach when told so.
class Shaky final : public LockPlace {
 public:
  explicit Shaky(LockPlace& inner) : inner_(inner) {}
  bool away = false;
  Answer<std::string> take(const std::string& name, const std::string& holder,
                           Duration time) override {
    if (away) return Answer<std::string>::none("no route");
    return inner_.take(name, holder, time);
  }
  Answer<std::string> read(const std::string& name) override {
    if (away) return Answer<std::string>::none("no route");
    return inner_.read(name);
  }
  Trouble drop(const std::string& name, const std::string& holder) override {
    return inner_.drop(name, holder);
  }
  std::string where() const override { return "shaky"; }

 private:
  LockPlace& inner_;
};

TEST_CASE("drill: a lock that is out of reach holds until it may have lapsed") {
  const DrillFolder folder;
  const auto inner = lock_in_folder(folder.file("locks"));
  Shaky place(*inner);
  TargetLock lock(place, "r1");
  TargetLock brief(place, "r2", Duration{0});
  CHECK(!lock.take());
  place.away = true;
  CHECK(!lock.renew());
  CHECK(brief.renew()->find("has lapsed: no route") != std::string::npos);
  CHECK(TargetLock(place, "r3").take() == "no route");
  place.away = false;
  CHECK(!lock.renew());
}

TEST_CASE("drill: whoever holds a lock in words that are not ours is still somebody") {
  CHECK(holder_text("gibberish") == "somebody (gibberish)");
  CHECK(holder_text("{}") == "somebody ({})");
  CHECK(holder_text(holder_of_this_process("r1").dump()).starts_with("run r1 of "));
  CHECK(holder_text(holder_of_this_process("r1", "/o/r1").dump()).ends_with(", in /o/r1"));
}

}  // namespace
}  // namespace wavetank::live
