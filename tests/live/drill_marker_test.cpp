#include "system/live/drill/marker.h"

#include <atomic>

#include "tests/live/drill_folder.h"
#include "tests/live/drill_web_server.h"

namespace wavetank::live {
namespace {

constexpr const char* good =
    R"({"environment": "staging", "expires": "2999-01-01T00:00:00Z", "owner": "ada"})";

Target with_file(const std::string& file) {
  Target target;
  target.environment = "staging";
  target.marker.kind = "file";
  target.marker.file = file;
  return target;
}

TEST_CASE("drill: a marker is read strictly in what it must say") {
  const auto marker = parse_marker(
      R"({"environment": "staging", "expires": "1970-01-02T00:00:01.5Z", "more": [1]})");
  REQUIRE(marker);
  CHECK(marker->environment == "staging");
  CHECK(marker->expires == 86'401);
  CHECK(marker->owner.empty());
  for (const char* text :
       {"", "7", "{", R"({"environment": "staging"})", R"({"expires": "2999-01-01T00:00:00Z"})",
        R"({"environment": "staging", "expires": "2999-01-01"})",
        R"({"environment": "staging", "expires": "2999-01-01T00:00:00+02:00"})",
        R"({"environment": "staging", "expires": 32472144000})",
        R"({"environment": 7, "expires": "2999-01-01T00:00:00Z"})"}) {
    CAPTURE(text);
    CHECK(!parse_marker(text));
  }
}

TEST_CASE("drill: a marker holds for its environment, until it expires") {
  const Marker marker{"staging", "ada", 1'000};
  CHECK(!judge_marker(marker, "staging", 999));
  CHECK(judge_marker(marker, "staging", 1'000)->find("expired; ask ada") != std::string::npos);
  CHECK(judge_marker(marker, "test", 1)->find("for environment \"staging\"") != std::string::npos);
}

TEST_CASE("drill: without a marker nothing is touched, and an unreadable one is no consent") {
  const DrillFolder folder;
  Target target = with_file(folder.file("marker"));
  CHECK(check_marker(target).consent == Consent::withdrawn);
  folder.write("marker", good);
  CHECK(check_marker(target).consent == Consent::given);
  folder.write("marker", "nonsense");
  CHECK(check_marker(target).consent == Consent::withdrawn);
  target.marker.file = folder.file("marker") + "/below";
  CHECK(check_marker(target).consent != Consent::given);
  target.marker.kind = "none";
  CHECK(check_marker(target).consent == Consent::withdrawn);
}

TEST_CASE("drill: a marker on a page: its answer, its absence, its silence") {
  std::atomic<int> status{200};
  WebServer server([&status](const WebServer::Asked&) { return Told{status, good}; });
  Target target;
  target.environment = "staging";
  target.marker.kind = "http";
  target.marker.url = server.url() + "/wavetank";
  CHECK(check_marker(target).consent == Consent::given);
  status = 404;
  CHECK(check_marker(target).consent == Consent::withdrawn);
  status = 500;
  CHECK(check_marker(target).consent == Consent::unknown);
  target.marker.url = "http://127.0.0.1:1/";
  CHECK(check_marker(target).consent == Consent::unknown);
}

/// Answers in turn, then with the last for ever; tells how often it was asked.
struct Answers {
  std::vector<MarkerState> all;
  std::size_t asked = 0;
  MarkerState operator()() {
    return all[std::min(asked++, all.size() - 1)];
  }
};

std::string stopped_by(std::vector<MarkerState> states, Duration patience) {
  std::mutex mutex;
  std::condition_variable wake;
  std::string why;
  Answers answers{std::move(states)};
  const MarkerWatch watch([&answers] { return answers(); }, microseconds(100), patience,
                          [&](const std::string& text) {
                            const std::lock_guard lock(mutex);
                            why = text;
                            wake.notify_all();
                          });
  std::unique_lock lock(mutex);
  wake.wait(lock, [&why] { return !why.empty(); });
  return why;
}

TEST_CASE("drill: a withdrawn marker stops a run, one that is out of sight does after a while") {
  const MarkerState given{Consent::given, ""};
  const MarkerState away{Consent::unknown, "away"};
  const MarkerState gone{Consent::withdrawn, "gone"};
  CHECK(stopped_by({given, given, gone}, hours(1)) == "gone");
  CHECK(stopped_by({given, away, away, given, gone}, hours(1)) == "gone");
  CHECK(stopped_by({given, away}, microseconds(1)) == "away");
  // Its end stops no run.
  bool called = false;
  { const MarkerWatch watch([&] { return gone; }, hours(1), {}, [&](auto&) { called = true; }); }
  CHECK(!called);
}

}  // namespace
}  // namespace wavetank::live
