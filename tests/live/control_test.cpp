// The control endpoint of a process: who may, whether it is ready, faults on a lease, its history.

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "system/live/control_server.h"
#include "system/live/gate_control.h"
#include "system/live/history_log.h"
#include "system/live/http_client.h"
#include "tests/live/fixture.h"
#include "tests/live/temp_folder.h"

namespace wavetank::live {
namespace {

using nlohmann::json;

constexpr const char* secret = "correct-horse";

struct Endpoint {
  explicit Endpoint(const std::string& token = secret)
      : control(bench.core.env, "127.0.0.1:0", "api/0", token), client(bench.core.env.io) {}
  ~Endpoint() { bench.core.stop(); }

  WebReply ask(const std::string& method, const std::string& path, const std::string& body = "",
               const std::string& authorization = std::string("Bearer ") + secret) {
    Fetch fetch{.method = method, .url = "http://" + control.address() + path};
    fetch.body = body;
    if (!authorization.empty()) fetch.headers.add("Authorization", authorization);
    std::optional<Fetched> got;
    client.fetch(std::move(fetch), [&got](Fetched answer) { got = std::move(answer); });
    REQUIRE(bench.wait_for([&] { return got.has_value(); }));
    REQUIRE(got->ok());
    return got->reply;
  }
  json told(const std::string& method, const std::string& path, const std::string& body = "") {
    return json::parse(ask(method, path, body).body);
  }

  Target target;
  Bench bench{target};
  ControlServer control;
  HttpClient client;
};

TEST_CASE("control: what changes or reveals anything asks for the token") {
  Endpoint endpoint;
  int changed = 0;
  endpoint.control.route("POST", "/change", [&changed](const WebRequest&) {
    ++changed;
    return text_reply(200, "done");
  });
  for (const char* wrong : {"", "Bearer ", "Bearer correct-hors", "Bearer correct-horse2",
                            "Bearer correct-horsf", "correct-horse", "Basic correct-horse"}) {
    CAPTURE(wrong);
    CHECK(endpoint.ask("POST", "/change", "", wrong).status == 401);
  }
  CHECK(changed == 0);
  CHECK(endpoint.ask("POST", "/change").status == 200);
  CHECK(changed == 1);
  CHECK(endpoint.ask("GET", "/change").status == 405);
  CHECK(endpoint.ask("GET", "/else").status == 404);
  CHECK(endpoint.ask("GET", "/healthz", "", "").status == 200);
  Endpoint closed("");
  closed.control.route("POST", "/change", [](const WebRequest&) { return text_reply(200, ""); });
  CHECK(closed.ask("POST", "/change", "", "Bearer ").status == 401);
  CHECK_THROWS_AS(ControlServer(closed.bench.core.env, "0.0.0.0:0", "x", ""), std::runtime_error);
}

TEST_CASE("control: ready means that every check says so now") {
  Endpoint endpoint;
  CHECK(endpoint.ask("GET", "/readyz", "", "").status == 200);
  std::string database = "no connection to the database";
  endpoint.control.ready("queue", [] { return std::string(); });
  endpoint.control.ready("database", [&database] { return database; });
  const WebReply reply = endpoint.ask("GET", "/readyz", "", "");
  CHECK(reply.status == 503);
  const json body = json::parse(reply.body);
  CHECK(body["ready"] == false);
  CHECK(body["checks"][0]["ready"] == true);
  CHECK(body["checks"][1]["name"] == "database");
  CHECK(body["checks"][1]["why"] == database);
  database.clear();
  CHECK(endpoint.ask("GET", "/readyz", "", "").status == 200);
}

struct Strike final : ArmedFault {
  explicit Strike(int& count) : alive(count) { ++alive; }
  ~Strike() override { --alive; }
  std::uint64_t fired() const override { return 7; }
  std::uint64_t touched() const override { return 3; }
  bool spent() const override { return only_once; }
  int& alive;
  bool only_once = false;
};

struct Gates : Endpoint {
  Gates() { gates.serve(control); }
  json arm(const std::string& id, int lease_ms,
           const std::string& fault = R"({"fault":"latency"})") {
    return told("POST", "/gate/arm",
                R"({"id":")" + id + R"(","order":2,"seed":"2a","lease_ms":)" +
                    std::to_string(lease_ms) + R"(,"fault":)" + fault + "}");
  }
  int alive = 0;
  std::vector<ArmOrder> orders;
  GateControl gates{bench.core.loop, [this](const ArmOrder& order, std::string& problem) {
                      std::unique_ptr<ArmedFault> armed;
                      if (order.fault.find("latency") == std::string::npos) {
                        problem = "no such fault";
                      } else {
                        orders.push_back(order);
                        auto strike = std::make_unique<Strike>(alive);
                        strike->only_once = order.id == "once";
                        armed = std::move(strike);
                      }
                      return armed;
                    }};
};

TEST_CASE("gate control: a fault is armed once, read back, and disarmed with its counts") {
  Gates gates;
  CHECK(gates.arm("f1", 60'000)["state"] == "armed");
  CHECK(gates.arm("f1", 60'000)["state"] == "armed");
  CHECK(gates.alive == 1);
  REQUIRE(gates.orders.size() == 1);
  CHECK(gates.orders[0].seed == 42);
  CHECK(gates.orders[0].order == 2);
  CHECK(json::parse(gates.orders[0].fault) == json{{"fault", "latency"}});
  CHECK(gates.arm("f1", 60'000, R"({"fault":"latency","ratio":"5%"})").contains("error"));
  CHECK(gates.arm("f2", 60'000, R"({"fault":"comet"})")["error"]["message"] == "no such fault");
  const json shown = gates.told("GET", "/gate");
  CHECK(shown["troubles"] == json::array());
  gates.gates.tell_troubles([] { return std::vector<std::string>{"it was not taken back"}; });
  CHECK(gates.told("GET", "/gate")["troubles"] == json::array({"it was not taken back"}));
  REQUIRE(shown["armed"].size() == 1);
  CHECK(shown["armed"][0]["fired"] == 7);
  CHECK(shown["armed"][0]["fault"]["fault"] == "latency");
  CHECK(shown["armed"][0]["lease_left_ms"] > 50'000);
  for (int i = 0; i < 2; ++i) {
    const json ended = gates.told("POST", "/gate/disarm", R"({"id":"f1"})");
    CHECK(ended["state"] == "disarmed");
    CHECK(ended["fired"] == 7);
    CHECK(ended["touched"] == 3);
  }
  CHECK(gates.alive == 0);
  CHECK(gates.told("GET", "/gate")["ended"].size() == 1);
  CHECK(gates.told("POST", "/gate/disarm", R"({"id":"f9"})")["state"] == "unknown");
  CHECK(gates.ask("POST", "/gate/renew", R"({"id":"f9","lease_ms":1000})").status == 404);
}

TEST_CASE("gate control: a lease that nobody renews lapses, and one that is renewed does not") {
  Gates gates;
  gates.bench.wait(milliseconds(300));  // so that the loop's last step lies back
  gates.arm("kept", 400);
  gates.arm("left", 400);
  const Time start = gates.bench.core.clock.now();
  bool kept = true;
  while (gates.bench.core.clock.now() - start < milliseconds(1'200)) {
    const WebReply reply = gates.ask("POST", "/gate/renew", R"({"id":"kept","lease_ms":5000})");
    kept = kept && reply.status == 200;
  }
  CHECK(kept);
  CHECK(gates.alive == 1);
  const WebReply gone = gates.ask("POST", "/gate/renew", R"({"id":"left","lease_ms":400})");
  CHECK(gone.status == 404);
  CHECK(json::parse(gone.body)["state"] == "lapsed");
  CHECK(json::parse(gone.body)["fired"] == 7);
  gates.gates.disarm_all();
  CHECK(gates.alive == 0);
}

TEST_CASE("gate control: what faults did outlives the process that dies of one") {
  const TempFolder folder;
  const std::string file = folder.path / "words";
  const std::string renewal = R"(","lease_ms":1000})";
  Gates dying;
  dying.arm("once", 60'000);
  dying.arm("other", 60'000);
  REQUIRE(dying.gates.leave(file));
  Gates next;
  next.gates.take_over(file);
  const WebReply spent = next.ask("POST", "/gate/renew", R"({"id":"once)" + renewal);
  CHECK(spent.status == 404);
  CHECK(json::parse(spent.body)["state"] == "spent");
  CHECK(json::parse(spent.body)["fired"] == 7);
  const WebReply crashed = next.ask("POST", "/gate/renew", R"({"id":"other)" + renewal);
  CHECK(json::parse(crashed.body)["state"] == "crashed");
  // Armed again, it goes on counting.
  next.arm("other", 60'000);
  CHECK(next.told("POST", "/gate/disarm", R"({"id":"other"})")["fired"] == 14);
  REQUIRE(next.gates.leave(file));
  Gates third;
  third.gates.take_over(file);
  const json kept = third.told("GET", "/gate")["ended"];
  REQUIRE(kept.size() == 2);
  CHECK(kept[0]["state"] == "spent");
  CHECK(kept[1]["fired"] == 14);
  Gates fresh;
  fresh.gates.take_over(folder.path / "none");
  CHECK(fresh.told("GET", "/gate")["ended"].empty());
  CHECK_FALSE(dying.gates.leave(folder.path / "no" / "folder"));
}

TEST_CASE("gate control: a wrong order is refused with its place") {
  Gates gates;
  for (const char* body :
       {"", "[]", R"({"id":"","fault":{},"lease_ms":1000})", R"({"id":"a","lease_ms":1000})",
        R"({"id":"a","fault":"latency","lease_ms":1000})", R"({"id":"a","fault":{}})",
        R"({"id":"a","fault":{},"lease_ms":1})", R"({"id":"a","fault":{},"lease_ms":600001})"}) {
    CAPTURE(body);
    CHECK(gates.ask("POST", "/gate/arm", body).status == 400);
  }
  CHECK(gates.alive == 0);
}

void note(Endpoint& endpoint, int count) {
  for (int i = 0; i < count; ++i) {
    Event event;
    event.kind = EventKind::cache_hit;
    event.value = i;
    endpoint.bench.core.history.note(event);
  }
}

TEST_CASE("history log: lines come by number, and what was dropped is told") {
  Endpoint endpoint;
  HistoryLog log(endpoint.bench.core.env, {.keep = 10, .page = 4});
  endpoint.control.route("GET", "/history",
                         [&log](const WebRequest& request) { return log.page(request); });
  const auto fetch = [&](const std::string& query) {
    return read_history_page(endpoint.ask("GET", "/history" + query), endpoint.bench.core.clock);
  };
  CHECK(fetch("").value->lines.empty());
  note(endpoint, 6);
  const auto first = fetch("");
  REQUIRE(first.ok());
  CHECK(first.value->last == 6);
  CHECK(first.value->lost == 0);
  REQUIRE(first.value->lines.size() == 4);
  CHECK(first.value->lines[3].number == 4);
  CHECK(first.value->lines[3].event.value == 3);
  CHECK(first.value->lines[3].node == "world");
  CHECK(fetch("?after=4&most=1").value->lines.at(0).number == 5);
  CHECK(fetch("?most=2&after=6").value->lines.empty());
  CHECK(fetch("?after=99").value->lost == 0);
  note(endpoint, 20);
  const auto late = fetch("?after=6");
  CHECK(late.value->last == 26);
  CHECK(late.value->lost == 10);
  CHECK(late.value->lines.at(0).number == 17);
  CHECK(log.dropped() == 16);
  CHECK(endpoint.ask("GET", "/history?after=x").status == 400);
  CHECK(
      !read_history_page(endpoint.ask("GET", "/history?after=x"), endpoint.bench.core.clock).ok());
  CHECK(endpoint.ask("GET", "/history", "", "").status == 401);
}

TEST_CASE("history log: a file holds every line; a disk that is full stops it with a word") {
  namespace fs = std::filesystem;
  const fs::path file = fs::temp_directory_path() / ("wavetank-" + fresh_run() + ".ndjson");
  Endpoint endpoint;
  {
    HistoryLog log(endpoint.bench.core.env, {.keep = 2, .file = file.string()});
    note(endpoint, 500);
    CHECK(endpoint.bench.wait_for([&] { return fs::file_size(file) > 0; }));
    note(endpoint, 1);
    // What ends before it is flushed is flushed at the end.
    endpoint.bench.core.hosts.stop();
    log.flush();
    std::ifstream in(file);
    std::string text;
    std::uint64_t lines = 0;
    while (std::getline(in, text)) {
      const auto line = decode<HistoryLine>(text, endpoint.bench.core.clock);
      REQUIRE(line.ok());
      CHECK(line.value->number == ++lines);
    }
    CHECK(lines == 501);
    CHECK(log.problem().empty());
  }
  fs::remove(file);
  {
    // Where nothing happens the file is touched, so that its reader knows that someone is there.
    HistoryLog idle(endpoint.bench.core.env, {.file = file.string(), .beat = milliseconds(10)});
    const auto before = fs::last_write_time(file);
    CHECK(endpoint.bench.wait_for([&] { return fs::last_write_time(file) > before; }));
    CHECK(fs::file_size(file) == 0);
  }
  fs::remove(file);
  Endpoint other;
  HistoryLog full(other.bench.core.env, {.file = "/dev/full"});
  note(other, 1);
  full.flush();
  CHECK(full.problem().find("/dev/full") != std::string::npos);
  note(other, 1);
  CHECK(full.last() == 2);
  CHECK(full.kept().body.find("\"last\":2") != std::string::npos);
  CHECK(full.kept().body.find("/dev/full") != std::string::npos);
  CHECK_THROWS_AS(HistoryLog(other.bench.core.env, {.file = "/nowhere/x"}), std::runtime_error);
}

}  // namespace
}  // namespace wavetank::live
