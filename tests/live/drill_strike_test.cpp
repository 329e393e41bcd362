#include "system/live/drill/strike.h"

#include <csignal>
#include <sys/wait.h>

#include "system/live/drill/action_strike.h"
#include "system/live/drill/process.h"
#include "system/live/drill/signal_strike.h"
#include "system/live/drill/toxic_strike.h"
#include "tests/live/drill_folder.h"
#include "tests/live/drill_toxiproxy.h"

namespace wavetank::live {
namespace {

const Strike::Note no_note = [](const nlohmann::json&) { return Trouble(); };

/// The same strike as another process reads it from the record.
std::unique_ptr<Strike> reread(const Strike& strike) {
  auto read = read_strike(nlohmann::json::parse(strike.record().dump()));
  REQUIRE(read);
  return std::move(*read);
}

/// A child that waits to be killed, and is waited for.
class Sleeper {
 public:
  Sleeper() : pid_(::fork()) {
    if (pid_ == 0) {
      for (;;) ::pause();
    }
  }
  Sleeper(const Sleeper&) = delete;
  Sleeper& operator=(const Sleeper&) = delete;
  ~Sleeper() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  pid_t pid() const { return pid_; }
  std::string text() const { return std::to_string(pid_); }
  char state() const {
    const auto found = process_at(pid_);
    return found ? found->state : '-';
  }
  /// Until the kernel shows it as stopped, or no longer.
  void wait_stopped(bool stopped) const {
    while ((state() == 'T') != stopped) ::usleep(1'000);
  }

 private:
  pid_t pid_;
};

TEST_CASE("drill: a toxic is put on, seen, and taken off by whoever reads the record") {
  FakeToxiproxy toxiproxy({"database"});
  auto strike = toxic_latency({toxiproxy.url(), "database", toxic_name("r7", 1)},
                              milliseconds(250), milliseconds(50));
  CHECK(!strike->prepare());
  CHECK(toxiproxy.writes() == 0);
  CHECK(!strike->apply(no_note));
  CHECK(toxiproxy.toxic("database")["name"] == "wavetank-r7-1");
  CHECK(toxiproxy.toxic("database")["type"] == "latency");
  CHECK(toxiproxy.toxic("database")["stream"] == "downstream");
  CHECK(toxiproxy.toxic("database")["attributes"]["latency"] == 250);
  CHECK(strike->prepare()->find("has a toxic wavetank-r7-1") != std::string::npos);
  CHECK(strike->verify()->find("still on proxy database") != std::string::npos);
  const auto other = reread(*strike);
  CHECK(other->describe().what == strike->describe().what);
  CHECK(other->describe().undo ==
        "curl -fsS -X DELETE " + toxiproxy.url() + "/proxies/database/toxics/wavetank-r7-1");
  CHECK(!other->undo());
  CHECK(!other->verify());
  CHECK(!other->undo());
  CHECK(toxiproxy.toxics("database") == 0);
}

TEST_CASE("drill: toxics of other people stay, and each kind says what it means") {
  FakeToxiproxy toxiproxy({"queue"});
  const auto at = [&](int number) {
    return ToxicPlace{toxiproxy.url(), "queue", toxic_name("r", number)};
  };
  auto theirs = toxic_bandwidth({toxiproxy.url(), "queue", "theirs"}, Bandwidth{1'500});
  CHECK(!theirs->apply(no_note));
  CHECK(toxiproxy.toxic("queue")["attributes"]["rate"] == 2);
  for (auto& strike : {toxic_silence(at(1), "upstream"), toxic_limit(at(2), Bytes{0}),
                       toxic_bandwidth(at(3), Bandwidth{1}, "upstream", 0.5)}) {
    CHECK(!strike->prepare());
    CHECK(!strike->apply(no_note));
    CHECK(toxiproxy.toxics("queue") == 2);
    CHECK(!reread(*strike)->undo());
    CHECK(!strike->verify());
  }
  CHECK(toxiproxy.toxics("queue") == 1);
  CHECK(toxiproxy.toxic("queue")["name"] == "theirs");
}

TEST_CASE("drill: a proxy is disabled and enabled again, but never one that was disabled before") {
  FakeToxiproxy toxiproxy({"cache"});
  auto strike = proxy_disabled({toxiproxy.url(), "cache", ""});
  CHECK(!strike->prepare());
  CHECK(!strike->apply(no_note));
  CHECK(!toxiproxy.enabled("cache"));
  CHECK(strike->verify()->find("still disabled") != std::string::npos);
  CHECK(strike->prepare()->find("disabled already") != std::string::npos);
  CHECK(!reread(*strike)->undo());
  CHECK(toxiproxy.enabled("cache"));
  CHECK(!strike->verify());
}

TEST_CASE("drill: what another run has left at the proxies that are named is seen, nothing else") {
  FakeToxiproxy toxiproxy({"database", "cache", "stranger"});
  const auto left = [&toxiproxy] {
    return left_at_proxies(toxiproxy.url(), {"database", "cache", "none"});
  };
  const auto at = [&toxiproxy](const char* proxy, const std::string& name) {
    return ToxicPlace{toxiproxy.url(), proxy, name};
  };
  CHECK(!toxic_silence(at("database", "theirs"), "upstream")->apply(no_note));
  CHECK(!toxic_silence(at("stranger", toxic_name("r1", 1)), "upstream")->apply(no_note));
  CHECK(!proxy_disabled(at("stranger", ""))->apply(no_note));
  REQUIRE(left());
  CHECK(left()->empty());
  const auto toxic = toxic_silence(at("database", toxic_name("r1", 2)), "upstream");
  const auto closed = proxy_disabled(at("cache", ""));
  CHECK(!toxic->apply(no_note));
  CHECK(!closed->apply(no_note));
  REQUIRE(left()->size() == 2);
  CHECK(left()->at(0).what.find("proxy cache") != std::string::npos);
  CHECK(left()->at(0).where == closed->describe().undo);
  CHECK(left()->at(1).what.find("toxic wavetank-r1-2 on proxy database") != std::string::npos);
  CHECK(left()->at(1).where == toxic->describe().undo);
  CHECK(!left_at_proxies("http://127.0.0.1:1", {"database"}));
}

TEST_CASE("drill: a Toxiproxy that cannot be asked is trouble, never peace") {
  FakeToxiproxy toxiproxy({"queue"});
  auto lost = toxic_silence({toxiproxy.url(), "nothing", "wavetank-r-1"}, "upstream");
  CHECK(lost->prepare()->find("has no proxy nothing") != std::string::npos);
  CHECK(lost->verify().has_value());
  auto away = toxic_silence({"http://127.0.0.1:1", "queue", "wavetank-r-1"}, "upstream");
  CHECK(away->prepare().has_value());
  CHECK(away->undo().has_value());
  CHECK(away->verify().has_value());
  toxiproxy.fail(true);
  auto refused = toxic_silence({toxiproxy.url(), "queue", "wavetank-r-1"}, "upstream");
  CHECK(refused->apply(no_note)->find("out of order") != std::string::npos);
}

TEST_CASE("drill: a process is paused and goes on") {
  const DrillFolder folder;
  const Sleeper sleeper;
  folder.write("pid", sleeper.text());
  auto strike = pause_process({"workers/0", folder.file("pid")});
  CHECK(strike->describe().undo == "kill -CONT $(cat " + folder.file("pid") + ")");
  CHECK(!strike->prepare());
  CHECK(strike->describe().undo == "kill -CONT " + sleeper.text());
  CHECK(!strike->verify());
  CHECK(!strike->apply(no_note));
  sleeper.wait_stopped(true);
  CHECK(strike->verify()->find("still stopped") != std::string::npos);
  CHECK(pause_process({"workers/0", folder.file("pid")})->prepare()->find("stopped already") !=
        std::string::npos);
  CHECK(!reread(*strike)->undo());
  sleeper.wait_stopped(false);
  CHECK(!strike->verify());
  CHECK(!strike->undo());
}

TEST_CASE("drill: a process that took the pid of a struck one is not signalled") {
  const DrillFolder folder;
  const Sleeper sleeper;
  folder.write("pid", sleeper.text());
  auto strike = kill_process({"workers/0", folder.file("pid"), {}, milliseconds(1)});
  CHECK(!strike->prepare());
  nlohmann::json record = strike->record();
  record["process"]["start"] = record["process"]["start"].get<unsigned long long>() - 1;
  const auto stale = read_strike(record);
  REQUIRE(stale);
  CHECK((*stale)->apply(no_note)->find("not the one") != std::string::npos);
  CHECK(sleeper.state() != '-');
}

TEST_CASE("drill: a killed process counts as undone when the pid file names a living one") {
  const DrillFolder folder;
  const Sleeper first;
  const Sleeper second;
  folder.write("pid", first.text());
  auto strike = kill_process({"api/0", folder.file("pid"), {}, milliseconds(50)});
  CHECK(!strike->prepare());
  CHECK(!strike->apply(no_note));
  CHECK(strike->verify()->find("does not run") != std::string::npos);
  CHECK(strike->undo()->find("nothing has started api/0 again") != std::string::npos);
  folder.write("pid", second.text());
  CHECK(!reread(*strike)->undo());
  CHECK(!strike->verify());
  CHECK(second.state() != '-');
}

TEST_CASE("drill: a killed process is started by the target's own words") {
  const DrillFolder folder;
  const Sleeper first;
  folder.write("pid", first.text());
  const std::string start = "setsid sleep 600 >/dev/null 2>&1 & echo $! >" + folder.file("pid");
  auto strike = kill_process({"api/0", folder.file("pid"), {"sh", "-c", start}});
  CHECK(!strike->prepare());
  CHECK(!strike->apply(no_note));
  CHECK(!strike->undo());
  const auto now = process_of_file(folder.file("pid"));
  REQUIRE(now);
  CHECK(now->identity.pid != first.pid());
  // It runs: undoing again starts no second one.
  CHECK(!reread(*strike)->undo());
  CHECK(process_of_file(folder.file("pid"))->identity == now->identity);
  CHECK(!send_signal(now->identity, SIGKILL));
}

TEST_CASE("drill: an owner's action runs with its placeholders, and its verify is believed") {
  const DrillFolder folder;
  const std::string file = folder.file("{run}-{target}");
  auto strike = owner_action(
      {"mark", {"touch", file}, {"rm", "-f", file}, {"test", "!", "-e", file}}, "r9", "api");
  const std::string made = folder.file("r9-api");
  CHECK(strike->describe().undo == "rm -f " + made);
  CHECK(!strike->prepare());
  std::vector<nlohmann::json> notes;
  CHECK(!strike->apply([&notes](const nlohmann::json& more) {
    notes.push_back(more);
    return Trouble();
  }));
  REQUIRE(notes.size() == 1);
  CHECK(notes[0]["running"]["pid"].get<int>() > 1);
  CHECK(std::filesystem::exists(made));
  CHECK(strike->verify()->find("action mark, verify: exit 1") != std::string::npos);
  CHECK(strike->prepare()->find("there already") != std::string::npos);
  CHECK(!reread(*strike)->undo());
  CHECK(!std::filesystem::exists(made));
  CHECK(!strike->verify());
}

TEST_CASE("drill: undoing an action ends what is still doing it") {
  const DrillFolder folder;
  const Sleeper sleeper;
  ::setpgid(sleeper.pid(), sleeper.pid());
  auto strike = owner_action({"mark", {"true"}, {"true"}, {"true"}}, "r", "api");
  nlohmann::json record = strike->record();
  record["running"] = process_at(sleeper.pid())->identity;
  const auto read = read_strike(record);
  REQUIRE(read);
  CHECK(!(*read)->undo());
  while (sleeper.state() != '-') ::usleep(1'000);
}

TEST_CASE("drill: a record of another kind or shape is told, never guessed") {
  CHECK(read_strike({{"kind", "earthquake"}}).why().find("earthquake") != std::string::npos);
  CHECK(!read_strike({{"kind", "toxic"}}));
  CHECK(!read_strike({{"kind", "kill"}, {"name", 7}}));
  CHECK(!read_strike(nlohmann::json::array()));
}

}  // namespace
}  // namespace wavetank::live
