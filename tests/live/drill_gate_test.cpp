#include "system/live/drill/gate_strike.h"

#include <atomic>
#include <map>
#include <set>

#include "system/live/drill/hold_strike.h"
#include "system/live/drill/notify.h"
#include "tests/live/drill_folder.h"
#include "tests/live/drill_web_server.h"
#include "tests/live/loopback.h"
#include "tests/live/scripted.h"

namespace wavetank::live {
namespace {

using Json = nlohmann::json;

/// As much of a process's control endpoint as a gate strike uses.
class FakeGate {
 public:
  FakeGate() : server_([this](const WebServer::Asked& asked) { return answer(asked); }) {}
  std::string control() const { return server_.url().substr(std::string("http://").size()); }
  Json fault(const std::string& id) const {
    const std::lock_guard lock(mutex_);
    const auto found = faults_.find(id);
    return found == faults_.end() ? Json() : found->second;
  }
  std::size_t asked() const { return server_.asked().size(); }
  /// As a process that was started anew; the one before it may have died of `id`.
  void forget(const std::string& id = "") {
    const std::lock_guard lock(mutex_);
    faults_.clear();
    spent_.insert(id);
  }
  /// As one whose lease has lapsed: nothing is armed, and it knows why.
  void lapse() {
    const std::lock_guard lock(mutex_);
    faults_.clear();
    lapsed_ = true;
  }

 private:
  Told answer(const WebServer::Asked& asked) {
    const std::lock_guard lock(mutex_);
    if ((asked.head + "\r\n").find(": Bearer s3cret\r\n") == std::string::npos) return {401};
    if (asked.method == "GET") {
      Json armed = Json::array(), ended = Json::array();
      for (const auto& [id, fault] : faults_) {
        (fault["active"] ? armed : ended).push_back({{"id", id}, {"fired", 4}});
      }
      return {200, Json{{"armed", armed}, {"ended", ended}}.dump()};
    }
    const Json body = Json::parse(asked.body);
    const std::string id = body["id"];
    if (asked.path == "/gate/arm") {
      if (body["fault"]["type"] == "earthquake") return {409, "no such fault"};
      faults_[id] = body;
      faults_[id]["active"] = true;
    } else if (asked.path == "/gate/renew") {
      if (spent_.contains(id)) return {404, R"({"state":"spent"})"};
      if (!faults_.contains(id)) {
        return {404, lapsed_ ? R"({"state":"lapsed"})" : "no such fault is active"};
      }
      faults_[id]["lease_ms"] = body["lease_ms"];
    } else if (faults_.contains(id)) {
      faults_[id]["active"] = false;
    }
    return {200, "{}"};
  }
  mutable std::mutex mutex_;
  std::map<std::string, Json> faults_;
  std::set<std::string> spent_;
  bool lapsed_ = false;
  WebServer server_;
};

const Strike::Note no_note = [](const Json&) { return Trouble(); };

struct Fixture {
  DrillFolder folder;
  FakeGate gate;
  GateFault fault(const std::string& type = "latency") {
    folder.write("token", "s3cret\n");
    return {"api/0", {gate.control(), {"", folder.file("token")}}, "r1/0", 2, {{"type", type}}};
  }
};

TEST_CASE("drill: a fault is armed in a process with a lease, renewed and disarmed") {
  Fixture one;
  auto strike = gate_fault(one.fault());
  CHECK(strike->prepare().value_or("") == "");
  CHECK(one.gate.fault("r1/0").is_null());
  CHECK(!strike->apply(no_note));
  CHECK(one.gate.fault("r1/0")["order"] == 2);
  CHECK(one.gate.fault("r1/0")["lease_ms"] == 10'000);
  CHECK(strike->prepare()->find("armed already") != std::string::npos);
  CHECK(strike->verify()->find("still armed in api/0") != std::string::npos);
  CHECK(!strike->renew());
  one.gate.forget();
  CHECK(!strike->renew());
  CHECK(one.gate.fault("r1/0")["active"] == true);
  CHECK((*gate_tally(one.fault()))["fired"] == 4);
  const auto other = read_strike(strike->record());
  REQUIRE(other);
  CHECK(!(*other)->undo());
  CHECK(!(*other)->verify());
  CHECK(one.gate.fault("r1/0")["active"] == false);
}

TEST_CASE("drill: a fault whose lease had lapsed is armed again, and that is told once") {
  Fixture one;
  const auto strike = gate_fault(one.fault());
  CHECK(!strike->apply(no_note));
  CHECK(!strike->renew());
  CHECK(!strike->gap());
  one.gate.forget();  // a process that was started anew
  CHECK(!strike->renew());
  CHECK(!strike->gap());
  one.gate.lapse();
  CHECK(!strike->renew());
  CHECK(one.gate.fault("r1/0")["active"] == true);
  CHECK(strike->gap()->find("fault r1/0 did not stand in api/0 for a while") != std::string::npos);
  CHECK(!strike->gap());
}

TEST_CASE("drill: a fault of which its process died is not armed again") {
  Fixture one;
  const auto strike = gate_fault(one.fault());
  CHECK(!strike->apply(no_note));
  one.gate.forget("r1/0");
  CHECK(!strike->renew());
  CHECK(one.gate.fault("r1/0").is_null());
}

/// As much of a supervisor's endpoint as a hold uses, with one process.
struct FakeSupervisor {
  DrillFolder folder;
  std::atomic<bool> held{false};
  WebServer server{[this](const WebServer::Asked& asked) -> Told {
    if (asked.path == "/hold") held = true;
    if (asked.path == "/release") held = false;
    if (asked.method == "POST") return {200, "{}"};
    const Json one = {{"name", "api/0"}, {"held", held.load()}, {"pid", held ? 0 : 7}};
    return {200, Json{{"processes", {one}}}.dump()};
  }};

  HeldProcess process() const {
    folder.write("token", "s3cret");
    HeldProcess at;
    at.process = "api/0";
    at.supervisor = {server.url().substr(std::string("http://").size()),
                     {"", folder.file("token")}};
    return at;
  }
  std::vector<std::string> posts() const {
    std::vector<std::string> all;
    for (const WebServer::Asked& asked : server.asked()) {
      if (asked.method != "POST") continue;
      const Json body = Json::parse(asked.body);
      all.push_back(asked.path + " " + body["lease_ms"].dump());
    }
    return all;
  }
};
using Posts = std::vector<std::string>;

TEST_CASE("drill: a process is kept down by its supervisor, for as long as its fault says") {
  FakeSupervisor supervisor;
  HeldProcess at = supervisor.process();
  SUBCASE("killed, and its hold renewed") {
    const auto strike = held_process(at);
    CHECK(!strike->apply(no_note));
    CHECK(!strike->renew());
    CHECK(supervisor.posts() == Posts{"/hold 10000", "/hold 10000"});
    CHECK(!(*read_strike(strike->record()))->undo());
    CHECK(!strike->verify());
  }
  SUBCASE("killed for a while") {
    at.down = whole_seconds(3);
    const auto strike = held_process(at);
    CHECK(!strike->apply(no_note));
    CHECK(!strike->renew());
    CHECK(supervisor.posts() == Posts{"/hold 3000"});
  }
  SUBCASE("it dies by itself") {
    at.by_itself = true;
    const auto read = read_strike(held_process(at)->record());
    REQUIRE(read);
    const auto& strike = *read;
    CHECK(!strike->apply(no_note));
    CHECK(!strike->renew());
    CHECK(supervisor.posts().empty());
    supervisor.held = true;
    CHECK(!strike->renew());
    CHECK(supervisor.posts() == Posts{"/hold 10000"});
    CHECK(!strike->undo());
    CHECK(!supervisor.held);
  }
}

TEST_CASE("drill: a process is held a lease at a time, and never beyond its time") {
  FakeSupervisor supervisor;
  HeldProcess at = supervisor.process();
  SUBCASE("killed for longer than a lease: should the run die, it is back within one") {
    at.down = minutes(10);
    const auto strike = held_process(at);
    CHECK(!strike->apply(no_note));
    CHECK(!strike->renew());
    CHECK(supervisor.posts() == Posts{"/hold 10000", "/hold 10000"});
  }
  SUBCASE("killed for little longer than a lease: what is left of it is its last hold") {
    at.down = at.lease + nanoseconds(1);
    const auto strike = held_process(at);
    CHECK(!strike->apply(no_note));
    CHECK(!strike->renew());
    CHECK(!strike->renew());
    const auto all = supervisor.posts();
    REQUIRE(all.size() == 2);
    CHECK(all[0] == "/hold 10000");
    CHECK(all[1].size() == std::string("/hold 9999").size());
  }
}

TEST_CASE("drill: the record of a gate fault holds no secret, and its undo can be pasted") {
  Fixture one;
  const auto strike = gate_fault(one.fault());
  CHECK(strike->record().dump().find("s3cret") == std::string::npos);
  const std::string undo = strike->describe().undo;
  CHECK(undo.find("s3cret") == std::string::npos);
  CHECK(undo.find("$(cat " + one.folder.file("token") + ")") != std::string::npos);
  CHECK(undo.find("/gate/disarm") != std::string::npos);
}

TEST_CASE("drill: a gate that refuses is trouble, a process that is gone has nothing armed") {
  Fixture one;
  CHECK(gate_fault(one.fault("earthquake"))->apply(no_note)->find("no such fault") !=
        std::string::npos);
  GateFault stranger = one.fault();
  one.folder.write("token", "wrong");
  CHECK(gate_fault(stranger)->prepare()->find("HTTP 401") != std::string::npos);
  CHECK(gate_fault(stranger)->undo().has_value());
  CHECK(gate_fault(stranger)->verify().has_value());
  stranger.at.token.file = one.folder.file("none");
  CHECK(gate_fault(stranger)->verify()->find("cannot be read") != std::string::npos);
  GateFault gone = one.fault();
  gone.at.address = "127.0.0.1:1";
  CHECK(gate_fault(gone)->apply(no_note).has_value());
  CHECK(!gate_fault(gone)->renew());
  CHECK(!gate_fault(gone)->undo());
  CHECK(!gate_fault(gone)->verify());
}

TEST_CASE("drill: a webhook is told in order, and one that fails is counted and forgiven") {
  std::atomic<int> status{200};
  WebServer server([&status](const WebServer::Asked&) { return Told{status}; });
  {
    Notifier notifier({server.url() + "/", secret("WAVETANK_TEST_HOOK", "hook")}, "r1", "tank");
    notifier.post({"start", "a drill begins"});
    notifier.post({"residue", "a toxic is left"});
  }
  const auto asked = server.asked();
  REQUIRE(asked.size() == 2);
  CHECK(asked[0].path == "/hook");
  const Json first = Json::parse(asked[0].body);
  CHECK(first["event"] == "start");
  CHECK(first["run"] == "r1");
  CHECK(first["target"] == "tank");
  CHECK(first["text"] == "a drill begins");
  CHECK(first["at"].get<std::string>().ends_with("Z"));
  CHECK(Json::parse(asked[1].body)["event"] == "residue");
  status = 500;
  Notifier failing({server.url(), {}}, "r1", "tank");
  failing.post({"start", "x"});
  failing.finish();
  CHECK(failing.lost() == std::pair<int, std::string>{1, "HTTP 500"});
  // A webhook's URL may be all that keeps others from it.
  const std::string nobody_there = "http://127.0.0.1:" + std::to_string(closed_port()) + "/s3cret";
  Notifier away({nobody_there, {}}, "r1", "tank");
  away.post({"start", "x"});
  away.finish();
  CHECK(away.lost().first == 1);
  CHECK(away.lost().second.starts_with("the webhook: "));
  CHECK(away.lost().second.find("s3cret") == std::string::npos);
  Notifier nobody({}, "r1", "tank");
  nobody.post({"start", "x"});
  CHECK(nobody.lost().first == 0);
  Notifier forgotten({server.url(), {"WAVETANK_TEST_NOT_SET", ""}}, "r1", "tank");
  forgotten.post({"start", "x"});
  const std::pair<int, std::string> lost{
      1, "the environment variable WAVETANK_TEST_NOT_SET is not set"};
  CHECK(forgotten.lost() == lost);
}

}  // namespace
}  // namespace wavetank::live
