// The http port over real sockets, beyond what the contract says: two processes, bad peers, deaths.

#include "system/live/beast_http.h"

#include "tests/live/fixture.h"
#include "tests/live/raw_peer.h"

namespace wavetank::live {
namespace {

Target town_target() {
  Target target;
  for (const char* name : {"api/0", "callbacks/0", "deaf/0"}) {
    ProcessTarget process;
    process.name = name;
    process.listen = "127.0.0.1:0";
    target.processes.push_back(process);
  }
  return target;
}

/// What the server was asked, and how long it thinks.
struct Desk {
  std::vector<HttpRequest> taken;
  std::vector<CallInfo> infos;
  Duration thinks{};
  int left = 0;
};

Task<HttpResponse> think(Desk& desk, HttpRequest request, const HttpExchange& exchange,
                         Loop& loop) {
  desk.taken.push_back(request);
  desk.infos.push_back(exchange.info());
  co_await sleep(loop, desk.thinks);
  if (exchange.caller_left()) ++desk.left;
  HttpResponse response;
  response.status = 202;
  response.process = ProcessId{7};
  response.state = ProcessState::accepted;
  co_return response;
}

struct Town {
  explicit Town(BeastHttpSettings settings = {})
      : http(bench.core.env, std::move(settings)),
        api(bench.core.hosts.host(
            "api/0",
            [this](Node& node, TaskGroup&) {
              http.serve(node, [this](HttpRequest request, const HttpExchange& exchange) {
                return think(desk, std::move(request), exchange, bench.core.loop);
              });
              return std::unique_ptr<Hosted>();
            })),
        deaf(bench.core.hosts.add("deaf/0")),
        unknown(bench.core.hosts.add("nowhere/0")) {
    bench.core.hosts.boot_all();
  }
  ~Town() { bench.core.stop(); }

  static HttpRequest request() {
    HttpRequest request;
    request.ticket.entity = EntityId{3};
    request.ticket.output = OutputId{9};
    request.work.input = mib(5);
    return request;
  }
  Result<HttpResponse> ask(NodeId to, Duration within = whole_seconds(20)) {
    return bench.ask([this, to, within] {
      return http.call<verb::HttpSubmit>(bench.caller, to, request(), bench.info(within));
    });
  }

  Target target = town_target();
  Bench bench{target};
  Desk desk;
  BeastHttp http;
  Node& api;
  Node& deaf;
  Node& unknown;
};

TEST_CASE("beast http: a submit crosses with everything that its service needs") {
  Town town;
  const auto reply = town.ask(town.api.id());
  REQUIRE(reply.ok());
  CHECK(reply->status == 202);
  CHECK(reply->process == ProcessId{7});
  REQUIRE(town.desk.taken.size() == 1);
  CHECK(town.desk.taken[0].work.input == mib(5));
  CHECK(town.desk.infos[0].subject == 1);
  CHECK(town.desk.infos[0].entity == EntityId{3});
  CHECK(town.desk.infos[0].deadline <= town.bench.core.clock.now() + whole_seconds(20));
}

TEST_CASE("beast http: nobody there is refused, whoever it is") {
  Town town;
  CHECK(town.ask(town.deaf.id()).failure() == Failure::refused);
  CHECK(town.ask(town.unknown.id()).failure() == Failure::refused);
  CHECK_THROWS_AS(town.http.serve(town.unknown, nullptr), std::runtime_error);
}

TEST_CASE("beast http: calls share connections, and each ends in the history with its outcome") {
  struct Seen final : CallObserver, ServedObserver {
    void on_call(const Call& call, Duration) override { call.failed() ? ++failed : ++ok; }
    void asked(const ServedRequest&) override { ++asked_for; }
    void served(const ServedRequest& request) override {
      CHECK(request.status == 202);
      CHECK(request.ended >= request.began);
      ++answered;
    }
    int ok = 0, failed = 0, asked_for = 0, answered = 0;
  } seen;
  Town town;
  town.bench.core.history.subscribe_calls(seen);
  town.http.subscribe(seen);
  for (int i = 0; i < 30; ++i) CHECK(town.ask(town.api.id()).ok());
  CHECK(!town.ask(town.deaf.id()).ok());
  CHECK(town.http.client_counts().opened == 2);
  CHECK(seen.ok == 30);
  CHECK(seen.failed == 1);
  CHECK(seen.asked_for == 30);
  CHECK(seen.answered == 30);
}

TEST_CASE("beast http: a node that dies resets what it works on, and comes back at its address") {
  Town town;
  town.desk.thinks = hours(1);
  std::optional<Result<HttpResponse>> got;
  TaskGroup group(town.bench.core.loop, town.bench.caller);
  struct Wait {
    static Task<void> call(BeastHttp& http, Bench& bench, NodeId to,
                           std::optional<Result<HttpResponse>>* answer) {
      const CallInfo info = bench.info();
      HttpRequest request = Town::request();
      auto reply = co_await http.call<verb::HttpSubmit>(bench.caller, to, std::move(request), info);
      answer->emplace(std::move(reply));
    }
  };
  group.start(Wait::call(town.http, town.bench, town.api.id(), &got));
  REQUIRE(town.bench.wait_for([&] { return town.desk.taken.size() == 1; }));
  const std::string address = town.http.address(town.api.id());
  town.bench.core.hosts.crash(town.api.id());
  REQUIRE(town.bench.wait_for([&] { return got.has_value(); }));
  CHECK(got->failure() == Failure::reset);
  CHECK(town.ask(town.api.id()).failure() == Failure::refused);
  town.desk.thinks = Duration{};
  town.bench.core.hosts.restart(town.api.id());
  CHECK(town.http.address(town.api.id()) == address);
  CHECK(town.ask(town.api.id()).ok());
}

TEST_CASE("beast http: a caller that times out or dies is seen to have left") {
  Town town;
  town.desk.thinks = milliseconds(200);
  CHECK(town.ask(town.api.id(), milliseconds(50)).failure() == Failure::timeout);
  CHECK(town.bench.wait_for([&] { return town.desk.left == 1; }));
}

TEST_CASE("beast http: what is wrong is refused without asking the service") {
  Town town;
  const std::string address = town.http.address(town.api.id());
  const auto talk = [&](const std::string& head, const std::string& body) {
    RawPeer peer(address);
    peer.send(head + " HTTP/1.1\r\nConnection: close\r\nContent-Length: " +
              std::to_string(body.size()) + "\r\n\r\n" + body);
    CHECK(town.bench.wait_for([&] { return peer.closed(); }));
    return peer.received();
  };
  CHECK(talk("POST /v1/processes", "{\"entity_id\": 5}").starts_with("HTTP/1.1 400 "));
  CHECK(talk("POST /v1/processes", "{").find("no JSON") != std::string::npos);
  CHECK(talk("GET /v2/processes", "").starts_with("HTTP/1.1 404 "));
  CHECK(talk("PUT /v1/processes", "{}").starts_with("HTTP/1.1 405 "));
  CHECK(town.desk.taken.empty());
  CHECK(talk("POST /v1/processes", R"({"entity_id": "e1", "data_version": "v2"})")
            .find(R"("id":"p7-v2")") != std::string::npos);
  CHECK(town.desk.taken.size() == 1);
}

TEST_CASE("beast http: a server that answers nonsense makes an invalid reply, not a good one") {
  Town town;
  HttpServer other(town.bench.core.env.io, "127.0.0.1:0",
                   [](std::shared_ptr<HttpServer::Exchange> exchange) {
                     exchange->reply(text_reply(200, "<html>It works!</html>"));
                   });
  town.target.processes[2].listen = other.address();
  CHECK(town.ask(town.deaf.id()).failure() == Failure::invalid);
}

}  // namespace
}  // namespace wavetank::live
