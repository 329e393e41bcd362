#include "system/live/drill/drill.h"

#include <csignal>
#include <thread>

#include "system/live/drill/action_strike.h"
#include "system/live/drill/process.h"
#include "system/live/drill/toxic_strike.h"
#include "tests/live/drill_folder.h"
#include "tests/live/drill_toxiproxy.h"

namespace wavetank::live {
namespace {

/// A drill of this process; its watchdog runs the case below.
struct Fixture {
  DrillFolder folder;
  FakeToxiproxy toxiproxy{{"queue", "cache"}};
  std::mutex mutex;
  std::condition_variable wake;
  std::string alarm;
  std::unique_ptr<Drill> drill;

  explicit Fixture(Duration lease = whole_seconds(20)) {
    ::setenv("DRILL_FOLDER", folder.path().c_str(), 1);
    ::setenv("DRILL_LEASE_MS", lease < whole_seconds(1) ? "500" : "", 1);
    auto begun = Drill::begin(
        {.folder = folder.path() / "run", .head = {"r1", "tank"},
         .watchdog = {"/proc/self/exe", "--no-skip", "-tc=drill process: watchdog"},
         .lease = lease, .patience = {2, std::chrono::milliseconds(1)}},
        [this](const std::string& why) {
          const std::lock_guard lock(mutex);
          alarm = why;
          wake.notify_all();
        });
    REQUIRE_MESSAGE(begun, begun.why());
    drill = std::move(*begun);
  }
  std::unique_ptr<Strike> silence(int number) const {
    return toxic_silence({toxiproxy.url(), "queue", toxic_name("r1", number)}, "upstream");
  }
  pid_t watchdog() const {
    return static_cast<pid_t>(std::stol(folder.read("run/watchdog.log").substr(8)));
  }
  std::vector<StrikeText> stands() const {
    const auto run = read_undo_record(folder.path() / "run");
    REQUIRE(run);
    return standing(*run);
  }
  std::string wait_for_alarm() {
    std::unique_lock lock(mutex);
    wake.wait(lock, [this] { return !alarm.empty(); });
    return alarm;
  }
};

TEST_CASE("drill: strikes stand until they are lifted, and the end lifts the rest") {
  Fixture one;
  const auto first = one.drill->hit(one.silence(1), minutes(1));
  auto cache = proxy_disabled({one.toxiproxy.url(), "cache", ""});
  const auto second = one.drill->hit(std::move(cache), minutes(1));
  REQUIRE(first);
  REQUIRE(second);
  REQUIRE(one.stands().size() == 2);
  CHECK(one.stands()[0].undo.find("/proxies/cache") != std::string::npos);
  CHECK(run_holder(one.folder.path() / "run") == "process " + std::to_string(::getpid()));
  CHECK(!one.drill->lift(*first));
  CHECK(!one.drill->lift(*first));
  CHECK(one.toxiproxy.toxics("queue") == 0);
  CHECK(one.stands().size() == 1);
  CHECK(one.drill->end().empty());
  CHECK(one.stands().empty());
  CHECK(one.toxiproxy.enabled("cache"));
  CHECK(one.drill->hit(one.silence(2), minutes(1)).why() == "the drill has ended");
  one.drill.reset();
  CHECK(!run_holder(one.folder.path() / "run"));
}

TEST_CASE("drill: a strike that is refused leaves nothing, and what cannot be undone is residue") {
  Fixture one;
  CHECK(!one.drill->hit(toxic_silence({one.toxiproxy.url(), "none", "wavetank-r1-1"}, "upstream"),
                        minutes(1)));
  CHECK(read_undo_record(one.folder.path() / "run")->strikes.empty());
  const std::string file = one.folder.file("half");
  // It fails half way: what it did until then is undone at once.
  const auto half = one.drill->hit(
      owner_action({"half", {"sh", "-c", "touch " + file + "; exit 4"}, {"rm", "-f", file},
                    {"test", "!", "-e", file}}, "r1", "x"), minutes(1));
  CHECK(half.why().find("apply: exit 4") != std::string::npos);
  CHECK(!std::filesystem::exists(file));
  CHECK(one.drill->hit(one.silence(1), minutes(1)));
  one.toxiproxy.fail(true);
  const auto residue = one.drill->end();
  REQUIRE(residue.size() == 1);
  CHECK(residue[0].where.find("wavetank-r1-1 is still on proxy queue") != std::string::npos);
  CHECK(residue[0].where.find("by hand: curl") != std::string::npos);
}

TEST_CASE("drill: what is being lifted when the drill ends is not undone by two at once") {
  Fixture one;
  const std::string flag = one.folder.file("flag"), undone = one.folder.file("undone");
  const auto hit = one.drill->hit(
      owner_action({"slow", {"touch", flag},
                    {"sh", "-c", "echo x >> " + undone + "; sleep 0.3; rm -f " + flag},
                    {"test", "!", "-e", flag}}, "r1", "x"), minutes(1));
  REQUIRE(hit);
  std::thread lift([&] { CHECK(!one.drill->lift(*hit)); });
  while (!std::filesystem::exists(undone)) ::usleep(1'000);
  CHECK(one.drill->end().empty());
  CHECK(!one.drill->lift(*hit));
  lift.join();
  CHECK(one.folder.read("undone") == "x\n");
}

/// A strike that is found lapsed whenever it is renewed.
class Lapsing final : public Strike {
 public:
  explicit Lapsing(std::unique_ptr<Strike> inner) : inner_(std::move(inner)) {}
  Trouble prepare() override { return inner_->prepare(); }
  Trouble apply(const Note& note) override { return inner_->apply(note); }
  Trouble undo() override { return inner_->undo(); }
  Trouble verify() override { return inner_->verify(); }
  Trouble gap() override { return "it did not stand"; }
  StrikeText describe() const override { return inner_->describe(); }
  nlohmann::json record() const override { return inner_->record(); }

 private:
  std::unique_ptr<Strike> inner_;
};

TEST_CASE("drill: a strike that did not stand for a while is told of, and the run goes on") {
  Fixture one(whole_seconds(2));
  CHECK(one.drill->hit(std::make_unique<Lapsing>(one.silence(1)), minutes(1)));
  while (one.drill->gaps().empty()) ::usleep(1'000);
  CHECK(one.drill->gaps().front() == "it did not stand");
  CHECK(one.drill->hit(one.silence(2), minutes(1)));
  CHECK(one.drill->end().empty());
  CHECK(one.alarm.empty());
}

TEST_CASE("drill: what cannot be read back at the end is residue, even where all was undone") {
  Fixture one;
  CHECK(one.drill->hit(one.silence(1), minutes(1)));
  const auto residue = one.drill->end([&one](const RecordedStrike&) {
    std::filesystem::remove(undo_file(one.folder.path() / "run"));
  });
  CHECK(one.toxiproxy.toxics("queue") == 0);
  REQUIRE(residue.size() == 1);
  CHECK(residue[0].where.find("cannot be read back: ") != std::string::npos);
  CHECK(residue[0].where.find("undo.jsonl cannot be read") != std::string::npos);
}

TEST_CASE("drill: a strike that outlives its time raises the alarm and costs the lease") {
  Fixture one(milliseconds(500));
  CHECK(one.drill->hit(one.silence(1), nanoseconds(1)));
  CHECK(one.wait_for_alarm().find("outlived its time") != std::string::npos);
  while (one.toxiproxy.toxics("queue") != 0) ::usleep(1'000);
  CHECK(!one.drill->hit(one.silence(2), minutes(1)));
  CHECK(one.drill->end().empty());
}

TEST_CASE("drill: without its watchdog a run is told to stop") {
  Fixture one(milliseconds(500));
  const auto dog = process_at(one.watchdog());
  REQUIRE(dog);
  CHECK(!send_signal(dog->identity, SIGKILL));
  CHECK(one.wait_for_alarm().find("the watchdog is gone") != std::string::npos);
  CHECK(one.drill->end().empty());
}

TEST_CASE("drill: a watchdog that does not start is told, and nothing is struck") {
  const DrillFolder folder;
  const auto begun = Drill::begin({.folder = folder.path() / "run", .head = {"r", "t"},
                                   .watchdog = {"/no/such/program"}}, [](const std::string&) {});
  CHECK(begun.why().find("the watchdog does not start") != std::string::npos);
}

}  // namespace
}  // namespace wavetank::live
