#include "system/live/drill/undo.h"

#include <csignal>
#include <sys/resource.h>

#include "system/live/drill/toxic_strike.h"
#include "tests/live/drill_folder.h"
#include "tests/live/drill_toxiproxy.h"

namespace wavetank::live {
namespace {

const Strike::Note no_note = [](const nlohmann::json&) { return Trouble(); };
constexpr Patience hasty{2, std::chrono::milliseconds(1)};

std::unique_ptr<UndoRecord> new_record(const DrillFolder& folder) {
  const RecordHead head{"r1",   "t.json",        {"database.port=5433"},
                        "tank", {"127.0.0.0/8"}, {"http://hook/", {"HOOK", ""}}};
  auto made = UndoRecord::create(folder.path() / "run", head);
  REQUIRE(made);
  return std::move(*made);
}

std::unique_ptr<Strike> silence(const FakeToxiproxy& toxiproxy, int number) {
  return toxic_silence({toxiproxy.url(), "queue", toxic_name("r1", number)}, "upstream");
}

/// While it lasts no file grows beyond `room`: as on a disk that is full.
class FullDisk {
 public:
  explicit FullDisk(std::uint64_t room) : signal_(std::signal(SIGXFSZ, SIG_IGN)) {
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &old_) == 0);
    const rlimit full{room, old_.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &full) == 0);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &old_);
    std::signal(SIGXFSZ, signal_);
  }

 private:
  void (*signal_)(int);
  rlimit old_{};
};

RecordedRun read(const DrillFolder& folder) {
  auto run = read_undo_record(folder.path() / "run");
  REQUIRE(run);
  return *run;
}

TEST_CASE("drill: the record tells each strike with its state, its text and its undo") {
  const DrillFolder folder;
  FakeToxiproxy toxiproxy({"queue"});
  const auto record = new_record(folder);
  CHECK(*record->intend(*silence(toxiproxy, 1)) == 1);
  CHECK(*record->intend(*silence(toxiproxy, 2)) == 2);
  CHECK(!record->running(2, {{"running", 77}}));
  CHECK(!record->applied(2));
  CHECK(*record->intend(*silence(toxiproxy, 3)) == 3);
  CHECK(!record->undone(3));
  const RecordedRun run = read(folder);
  CHECK(run.run == "r1");
  CHECK(run.target == "t.json");
  CHECK(run.sets == std::vector<std::string>{"database.port=5433"});
  CHECK(run.name == "tank");
  CHECK(run.allow == std::vector<std::string>{"127.0.0.0/8"});
  CHECK(run.notify.url == "http://hook/");
  CHECK(run.notify.secret.env == "HOOK");
  CHECK(!run.closed);
  REQUIRE(run.strikes.size() == 3);
  CHECK(run.strikes[0].state == StrikeState::intended);
  CHECK(run.strikes[1].state == StrikeState::applied);
  CHECK(run.strikes[1].strike["running"] == 77);
  CHECK(run.strikes[2].state == StrikeState::undone);
  CHECK(run.strikes[0].text.undo == silence(toxiproxy, 1)->describe().undo);
  // A record is never begun over another.
  CHECK(!UndoRecord::create(folder.path() / "run", {"r2", "t.json"}));
  const auto again = UndoRecord::open(folder.path() / "run");
  REQUIRE(again);
  CHECK(*(*again)->intend(*silence(toxiproxy, 4)) == 4);
}

TEST_CASE("drill: a torn line hides nothing before it and nothing after it") {
  const DrillFolder folder;
  FakeToxiproxy toxiproxy({"queue"});
  const auto record = new_record(folder);
  CHECK(record->intend(*silence(toxiproxy, 1)));
  {
    std::ofstream torn(undo_file(folder.path() / "run"), std::ios::app);
    torn << "{\"n\":2,\"state\":\"inten";
  }
  CHECK(read(folder).torn == 1);
  CHECK(read(folder).strikes.size() == 1);
  CHECK(!record->applied(1));
  const RecordedRun run = read(folder);
  CHECK(run.torn == 1);
  CHECK(run.strikes[0].state == StrikeState::applied);
}

TEST_CASE("drill: what is no undo record is not taken for an empty one") {
  const DrillFolder folder;
  CHECK(!read_undo_record(folder.path()));
  folder.write("undo.jsonl", "");
  CHECK(!read_undo_record(folder.path()));
  folder.write("undo.jsonl", "{\"wavetank\":\"undo\",\"version\":1,\"run\":\"r\"");
  CHECK(!read_undo_record(folder.path()));
  folder.write("undo.jsonl", "{\"wavetank\":\"undo\",\"version\":2,\"run\":\"r\"}\n");
  CHECK(read_undo_record(folder.path()).why().find("another version") != std::string::npos);
  CHECK(!undo_all(folder.path(), hasty));
  CHECK(!UndoRecord::create("/proc/nowhere", {"r", "t.json"}));
}

TEST_CASE("drill: a strike that cannot be put on disk is refused, and the record stays whole") {
  const DrillFolder folder;
  FakeToxiproxy toxiproxy({"queue"});
  const auto record = new_record(folder);
  CHECK(record->intend(*silence(toxiproxy, 1)));
  const auto before = std::filesystem::file_size(undo_file(folder.path() / "run"));
  const auto refused = [&] {
    const FullDisk full(before + 10);  // part of the line fits
    return record->intend(*silence(toxiproxy, 2));
  }();
  CHECK(!refused);
  CHECK(refused.why().find("cannot be written") != std::string::npos);
  CHECK(std::filesystem::file_size(undo_file(folder.path() / "run")) == before);
  CHECK(read(folder).torn == 0);
  CHECK(*record->intend(*silence(toxiproxy, 2)) == 2);
}

TEST_CASE("drill: a record that cannot be put on disk is not there, and may be made later") {
  const DrillFolder folder;
  for (const std::uint64_t room : {0U, 10U}) {
    const auto refused = [&] {
      const FullDisk full(room);
      return UndoRecord::create(folder.path() / "run", {"r1", "t.json"});
    }();
    CHECK(refused.why().find("cannot be written") != std::string::npos);
    CHECK(!std::filesystem::exists(undo_file(folder.path() / "run")));
  }
  new_record(folder);
  CHECK(read(folder).run == "r1");
}

TEST_CASE("drill: what another process has undone is not struck again") {
  const DrillFolder folder;
  FakeToxiproxy toxiproxy({"queue"});
  const auto record = new_record(folder);
  auto strike = silence(toxiproxy, 1);
  CHECK(record->intend(*strike));
  CHECK(undo_all(folder.path() / "run", hasty));
  CHECK(read(folder).closed);
  // This process was slow, not dead: it strikes now, and must hear that it may not.
  CHECK(!strike->apply(no_note));
  CHECK(record->applied(1)->find("lapsed") != std::string::npos);
  CHECK(!record->intend(*silence(toxiproxy, 2)));
  CHECK(toxiproxy.toxics("queue") == 1);
  const auto again = undo_again(folder.path() / "run", hasty);
  REQUIRE(again);
  CHECK(again->strikes == 1);
  CHECK(toxiproxy.toxics("queue") == 0);
  CHECK(undo_again(folder.path() / "run", hasty)->strikes == 0);
}

TEST_CASE("drill: everything is undone, the latest first, and a second time does nothing") {
  const DrillFolder folder;
  FakeToxiproxy toxiproxy({"queue"});
  const auto record = new_record(folder);
  for (int number = 1; number <= 3; ++number) {
    const auto strike = silence(toxiproxy, number);
    CHECK(record->intend(*strike));
    CHECK(!strike->apply(no_note));
    if (number != 2) CHECK(!record->applied(number));
  }
  CHECK(audit(folder.path() / "run")->size() == 3);
  std::vector<int> order;
  const auto note = [&order](const RecordedStrike& one) { order.push_back(one.number); };
  const auto undone = undo_all(folder.path() / "run", hasty, note);
  REQUIRE(undone);
  CHECK(undone->strikes == 3);
  CHECK(undone->residue.empty());
  CHECK(order == std::vector<int>{3, 2, 1});
  CHECK(toxiproxy.toxics("queue") == 0);
  CHECK(audit(folder.path() / "run")->empty());
  const auto writes = toxiproxy.writes();
  CHECK(undo_all(folder.path() / "run", hasty)->strikes == 0);
  CHECK(toxiproxy.writes() == writes);
}

TEST_CASE("drill: what cannot be undone is residue with the way to repair it, until it can") {
  const DrillFolder folder;
  FakeToxiproxy toxiproxy({"queue"});
  const auto record = new_record(folder);
  const auto strike = silence(toxiproxy, 1);
  CHECK(record->intend(*strike));
  CHECK(!strike->apply(no_note));
  toxiproxy.fail(true);
  const auto failed = undo_all(folder.path() / "run", hasty);
  REQUIRE(failed);
  REQUIRE(failed->residue.size() == 1);
  CHECK(failed->residue[0].what.find("on proxy queue") != std::string::npos);
  CHECK(failed->residue[0].where.find("by hand: curl") != std::string::npos);
  toxiproxy.fail(false);
  CHECK(undo_all(folder.path() / "run", hasty)->strikes == 1);
  CHECK(toxiproxy.toxics("queue") == 0);
}

}  // namespace
}  // namespace wavetank::live
