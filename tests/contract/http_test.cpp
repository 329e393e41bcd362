// The contract of the http port: whom a request reaches, and what its sender hears when it reaches
// nobody, or somebody who dies.

#include <vector>

#include "tests/contract/trial.h"

using namespace wavetank;
using namespace wavetank::contract;

namespace {

/// What a server has seen, and how long it thinks.
struct Desk {
  std::vector<HttpRequest> taken;
  std::vector<Time> deadlines;
  Duration thinks{};
  bool caller_left = false;  ///< when the last one was answered
};

Task<HttpResponse> think(Desk& desk, HttpRequest request, const HttpExchange& exchange,
                         Loop& loop) {
  desk.taken.push_back(request);
  desk.deadlines.push_back(exchange.deadline());
  co_await sleep(loop, desk.thinks);
  desk.caller_left = exchange.caller_left();
  HttpResponse response;
  response.status = 202;
  response.process = ProcessId{request.ticket.output.value + 1};
  response.state = ProcessState::launched;
  response.trust.reason = TrustReason::late;
  co_return response;
}

/// A server that answers from `desk`, and one that nobody listens on. Both may crash and restart.
struct Town {
  Town(Trial& t, Desk& desk) : trial(t) {
    World& world = t.world();
    const Boot boot = [&world, &desk](Node& node, TaskGroup&) -> std::unique_ptr<Hosted> {
      world.http().serve(node, [&](HttpRequest request, const HttpExchange& exchange) {
        return think(desk, std::move(request), exchange, world.loop());
      });
      return nullptr;
    };
    open = t.host("server/0", boot).id();
    deaf = t.host("deaf/0").id();
    t.boot();
  }
  Answer<Result<HttpResponse>> send(NodeId to, Duration within = whole_seconds(30)) {
    HttpRequest request;
    request.route = Route::callback;
    request.ticket.output = OutputId{11};
    request.ticket.priority = Priority::p2;
    request.epoch = 3;
    request.outcome = ProcessState::failed;
    request.key = 99;
    return trial.begin([this, to, within, request] {
      return trial.world().http().call<verb::HttpCallback>(trial.caller(), to, request,
                                                           trial.info(within));
    });
  }
  Trial& trial;
  NodeId open, deaf;
};

}  // namespace

TEST_CASE("contract http: the handler gets what was sent, the sender what was answered") {
  on_each_world([](Trial& t) {
    Desk desk;
    Town town(t, desk);
    const Time deadline = t.now() + whole_seconds(30);
    const auto reply = t.finish(town.send(town.open));
    REQUIRE(reply.ok());
    CHECK(reply->status == 202);
    CHECK(reply->process == ProcessId{12});
    CHECK(reply->state == ProcessState::launched);
    CHECK(reply->trust.reason == TrustReason::late);
    REQUIRE(desk.taken.size() == 1);
    const HttpRequest& got = desk.taken[0];
    CHECK(got.route == Route::callback);
    CHECK(got.ticket.output == OutputId{11});
    CHECK(got.ticket.priority == Priority::p2);
    CHECK(got.epoch == 3);
    CHECK(got.outcome == ProcessState::failed);
    CHECK(got.key == 99);
    // A wire tells how long is left, and that counts from when the request came.
    CHECK(desk.deadlines[0] >= deadline);
    CHECK(desk.deadlines[0] <= t.now() + whole_seconds(30));
    CHECK(!desk.caller_left);
  });
}

TEST_CASE("contract http: where nobody listens the connection is refused") {
  on_each_world([](Trial& t) {
    Desk desk;
    Town town(t, desk);
    CHECK(failure_of(t.finish(town.send(town.deaf))) == Failure::refused);
    t.world().controls().crash(town.open);
    t.wait(milliseconds(100));
    CHECK(failure_of(t.finish(town.send(town.open))) == Failure::refused);
    t.world().controls().restart(town.open);
    t.wait(milliseconds(100));
    CHECK(t.finish(town.send(town.open)).ok());
    CHECK(desk.taken.size() == 1);
  });
}

TEST_CASE("contract http: a server that dies over a request resets the connection") {
  on_each_world([](Trial& t) {
    Desk desk;
    desk.thinks = hours(1);
    Town town(t, desk);
    const auto answer = town.send(town.open, minutes(4));
    REQUIRE(t.wait_for([&] { return desk.taken.size() == 1; }));
    t.world().controls().crash(town.open);
    CHECK(failure_of(t.finish(answer)) == Failure::reset);
  });
}

TEST_CASE("contract http: past its deadline the sender hears nothing, and the handler can tell") {
  on_each_world([](Trial& t) {
    Desk desk;
    desk.thinks = whole_seconds(1);
    Town town(t, desk);
    const Time before = t.now();
    CHECK(failure_of(t.finish(town.send(town.open, milliseconds(500)))) == Failure::timeout);
    CHECK(t.now() - before >= milliseconds(500));
    CHECK(t.wait_for([&] { return desk.caller_left; }));
  });
}

TEST_CASE("contract http: a lost request never arrives, a lost reply is to work that was done") {
  struct Case {
    Verdict verdict;
    std::optional<Failure> heard;
    std::size_t taken;
  };
  const Case cases[] = {{Verdict::refuse(), Failure::refused, 0},
                        {Verdict::lose_request(), Failure::timeout, 0},
                        {Verdict::lose_reply(), Failure::timeout, 1},
                        {Verdict::repeat(milliseconds(50)), std::nullopt, 2}};
  for (const Case& c : cases) {
    CAPTURE(static_cast<int>(c.verdict.kind));
    on_each_world([&](Trial& t) {
      Desk desk;
      Town town(t, desk);
      const Planted rule(t, Op::http_callback, c.verdict);
      CHECK(failure_of(t.finish(town.send(town.open, whole_seconds(1)))) == c.heard);
      t.wait(whole_seconds(1));
      CHECK(desk.taken.size() == c.taken);
    });
  }
}
