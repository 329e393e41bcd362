// HTTP as plain messages: one client and one server of ours, and peers that behave badly.

#include "system/live/http_server.h"

#include "system/live/connections.h"
#include "system/live/http_client.h"
#include "tests/live/fixture.h"
#include "tests/live/raw_peer.h"

namespace wavetank::live {
namespace {

constexpr const char* any_port = "127.0.0.1:0";

void echo(std::shared_ptr<HttpServer::Exchange> exchange) {
  const WebRequest& request = exchange->request();
  exchange->reply(text_reply(200, request.method + " " + request.target + " " + request.body));
}

/// A loop with a server on it that answers with what it was asked, or as a test says.
struct Room {
  explicit Room(HttpServerSettings settings = {}, HttpServer::Handler handler = echo)
      : server(std::in_place, bench.core.env.io, any_port, std::move(handler), settings) {}

  Fetched ask(HttpClient& client, Fetch fetch) {
    std::optional<Fetched> got;
    client.fetch(std::move(fetch), [&got](Fetched answer) { got = std::move(answer); });
    REQUIRE(bench.wait_for([&] { return got.has_value(); }));
    return *got;
  }
  std::string url(const std::string& path = "/") const {
    return "http://" + server->address() + path;
  }
  /// Says `text` and waits until the server has closed; what it answered.
  std::string talk(const std::string& text) {
    RawPeer peer(server->address());
    peer.send(text);
    CHECK(bench.wait_for([&] { return peer.closed(); }));
    return peer.received();
  }

  Target target;
  Bench bench{target};
  std::optional<HttpServer> server;
};

TEST_CASE("http: a request and its answer cross whole, and connections are used again") {
  Room room;
  HttpClient client(room.bench.core.env.io);
  for (int i = 0; i < 20; ++i) {
    const std::string body(static_cast<std::size_t>(i) * 10'000, 'x');
    const Fetched got = room.ask(
        client, {.method = "POST", .url = room.url("/a?b=c"), .headers = {}, .body = body});
    REQUIRE(got.ok());
    CHECK(got.reply.status == 200);
    CHECK(got.reply.body == "POST /a?b=c " + body);
  }
  CHECK(client.counts().opened == 1);
  CHECK(client.counts().reused == 19);
  CHECK(room.server->counts().connections == 1);
  CHECK(room.server->counts().requests == 20);
  CHECK(room.ask(client, {.method = "HEAD", .url = room.url()}).ok());
  CHECK(room.ask(client, {.url = room.url("/x")}).reply.body == "GET /x ");
}

TEST_CASE("http: a server that drains answers what it was asked, closes, and takes nobody") {
  std::vector<std::shared_ptr<HttpServer::Exchange>> held;
  Room room({}, [&held](std::shared_ptr<HttpServer::Exchange> exchange) {
    if (exchange->request().target == "/now") return echo(exchange);
    held.push_back(std::move(exchange));
  });
  HttpClient busy(room.bench.core.env.io), idle(room.bench.core.env.io);
  CHECK(room.ask(idle, {.url = room.url("/now")}).ok());
  std::optional<Fetched> late;
  busy.fetch({.url = room.url("/late")}, [&late](Fetched got) { late = std::move(got); });
  REQUIRE(room.bench.wait_for([&] { return held.size() == 1; }));
  room.server->drain();
  CHECK(room.bench.wait_for([&] { return room.server->connections() == 1; }));  // the idle one went
  CHECK(room.ask(idle, {.url = room.url("/now")}).failure == Failure::refused);
  echo(held.front());
  CHECK(room.bench.wait_for([&] { return late.has_value(); }));
  CHECK(late->ok());
  held.clear();
  CHECK(room.bench.wait_for([&] { return room.server->connections() == 0; }));
}

TEST_CASE("http: many at once take a connection each, and beyond the limit they wait in line") {
  Room room;
  HttpClient client(room.bench.core.env.io, {.connections = 4});
  int done = 0;
  for (int i = 0; i < 50; ++i) {
    client.fetch({.url = room.url("/" + std::to_string(i))}, [&done, i](Fetched got) {
      CHECK(got.reply.body == "GET /" + std::to_string(i) + " ");
      ++done;
    });
  }
  CHECK(room.bench.wait_for([&] { return done == 50; }));
  CHECK(client.counts().opened == 4);
  CHECK(client.under_way() == 0);
}

TEST_CASE("http: each request has its own deadline, whichever was set first") {
  std::vector<std::shared_ptr<HttpServer::Exchange>> unanswered;
  Room room({}, [&](std::shared_ptr<HttpServer::Exchange> exchange) {
    unanswered.push_back(std::move(exchange));
  });
  HttpClient client(room.bench.core.env.io);
  std::vector<int> ended;
  std::vector<std::uint64_t> numbers;
  for (const int ms : {90, 30, 60, 45, 1'000'000}) {
    Fetch fetch;
    fetch.url = room.url();
    fetch.timeout = milliseconds(ms);
    numbers.push_back(client.fetch(std::move(fetch), [&ended, ms](Fetched got) {
      CHECK(got.failure == Failure::timeout);
      ended.push_back(ms);
    }));
  }
  client.cancel(numbers[3]);
  CHECK(room.bench.wait_for([&] { return ended.size() == 3; }));
  CHECK(ended == std::vector{30, 60, 90});
  CHECK(client.under_way() == 1);
  unanswered.clear();
}

TEST_CASE("http: a server that has gone away is noticed before its connection is used again") {
  Room room;
  HttpClient client(room.bench.core.env.io);
  const std::string address = room.server->address();
  CHECK(room.ask(client, {.url = room.url()}).ok());
  room.server.reset();
  room.server.emplace(room.bench.core.env.io, address, echo);
  CHECK(room.ask(client, {.url = room.url()}).ok());
  CHECK(client.counts().opened == 2);
  room.server.reset();
  const Fetched refused = room.ask(client, {.url = "http://" + address + "/"});
  CHECK(refused.failure == Failure::refused);
  CHECK(refused.error.find(address) != std::string::npos);
}

TEST_CASE("http: a request that is let go resets its connection; one past its time is a timeout") {
  std::vector<std::shared_ptr<HttpServer::Exchange>> kept;
  Room room({}, [&kept](std::shared_ptr<HttpServer::Exchange> exchange) {
    kept.push_back(std::move(exchange));
  });
  HttpClient client(room.bench.core.env.io);
  std::optional<Fetched> got;
  client.fetch({.url = room.url()}, [&got](Fetched answer) { got = std::move(answer); });
  REQUIRE(room.bench.wait_for([&] { return kept.size() == 1; }));
  CHECK(!kept[0]->caller_left());
  kept.clear();
  REQUIRE(room.bench.wait_for([&] { return got.has_value(); }));
  CHECK(got->failure == Failure::reset);

  const Fetched late = room.ask(client, {.url = room.url(), .timeout = milliseconds(50)});
  CHECK(late.failure == Failure::timeout);
  REQUIRE(kept.size() == 1);
  CHECK(room.bench.wait_for([&] { return kept[0]->caller_left(); }));
  kept[0]->reply(text_reply(200, "too late"));
  CHECK(room.ask(client, {.url = room.url(), .timeout = Duration{}}).failure == Failure::timeout);

  const std::uint64_t number =
      client.fetch({.url = room.url()}, [](Fetched) { FAIL("it was cancelled"); });
  REQUIRE(room.bench.wait_for([&] { return kept.size() == 2; }));
  client.cancel(number);
  CHECK(room.bench.wait_for([&] { return kept[1]->caller_left(); }));
  kept.clear();
}

TEST_CASE("http: what is no URL, no address that may be touched or no HTTP is invalid") {
  Room room;
  HttpClient client(room.bench.core.env.io,
                    {.body_most = kib(1),
                     .allowed = [](const std::string& address) { return address == "127.0.0.1"; }});
  for (const char* url : {"", "ftp://127.0.0.1/", "https://127.0.0.1/", "http://", "http://:80",
                          "http://127.0.0.1:99999/", "http://a b/", "http://127.0.0.2:80/",
                          "http://127.0.0.1/a b", "http://u@127.0.0.1/"}) {
    CAPTURE(url);
    const Fetched got = room.ask(client, {.url = url});
    CHECK(got.failure == Failure::invalid);
    CHECK(!got.error.empty());
  }
  Fetch split{.url = room.url()};
  split.headers.add("A", "1\r\nB: 2");
  CHECK(room.ask(client, split).failure == Failure::invalid);
  const Fetched longer = room.ask(
      client,
      {.method = "POST", .url = room.url(), .headers = {}, .body = std::string(2'000, 'x')});
  CHECK(longer.failure == Failure::invalid);
}

TEST_CASE("http server: what is no HTTP, too long or too large is refused with a word") {
  Room room({.header_most = kib(4), .body_most = kib(64)});
  CHECK(room.talk("hello\r\n\r\n").starts_with("HTTP/1.1 400 "));
  CHECK(room.talk(std::string("\0\1\2\r\n\r\n", 7)).starts_with("HTTP/1.1 400 "));
  CHECK(room.talk("GET / HTTP/1.1\r\nA: " + std::string(5'000, 'a')).starts_with("HTTP/1.1 431 "));
  CHECK(room.talk("POST / HTTP/1.1\r\nContent-Length: 100000000\r\n\r\nabc")
            .starts_with("HTTP/1.1 413 "));
  CHECK(room.talk("POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n").starts_with("HTTP/1.1 400 "));
  const std::string chunk = "4000\r\n" + std::string(0x4000, 'c') + "\r\n";
  CHECK(room.talk("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk + chunk + chunk +
                  chunk + chunk)
            .starts_with("HTTP/1.1 413 "));
  CHECK(room.server->counts().refused == 6);
  CHECK(room.server->counts().requests == 0);
  HttpClient client(room.bench.core.env.io);
  CHECK(room.ask(client, {.url = room.url()}).ok());
}

TEST_CASE("http server: of a body of 100 MB nothing is kept, and its sender hears why") {
  Room room;
  RawPeer peer(room.server->address());
  peer.send("POST / HTTP/1.1\r\nContent-Length: 104857600\r\n\r\n");
  const std::string piece(65'536, 'z');
  std::size_t sent = 0;
  room.bench.wait_for([&] {
    sent += peer.send(piece);
    return peer.closed() || sent > 8'000'000;
  });
  CHECK(peer.received().starts_with("HTTP/1.1 413 "));
  CHECK(room.server->counts().requests == 0);
}

TEST_CASE("http server: a caller that dribbles is cut off; one that is silent is let go") {
  Room room({.header_timeout = milliseconds(150),
             .body_timeout = milliseconds(150),
             .idle_timeout = milliseconds(150)});
  RawPeer headers(room.server->address());
  headers.send("G");
  CHECK(room.bench.wait_for([&] {
    headers.send("E");
    return headers.closed();
  }));
  CHECK(headers.received().starts_with("HTTP/1.1 408 "));
  CHECK(room.talk("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nab").starts_with("HTTP/1.1 408 "));
  CHECK(room.talk("").empty());
  CHECK(room.talk("GET /a HTTP/1.1\r\n\r\n").ends_with("GET /a "));
  CHECK(room.bench.wait_for([&] { return room.server->connections() == 0; }));
}

TEST_CASE("http server: requests sent in one piece are answered in order, 100-continue is given") {
  Room room;
  RawPeer peer(room.server->address());
  peer.send("GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\nGET /3 HTTP/1.0\r\n\r\n");
  CHECK(room.bench.wait_for([&] { return peer.closed(); }));
  const std::string& got = peer.received();
  CHECK(got.find("GET /1 ") < got.find("GET /2 "));
  CHECK(got.find("GET /2 ") < got.find("GET /3 "));
  CHECK(got.ends_with("GET /3 "));
  RawPeer careful(room.server->address());
  careful.send("POST /b HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  CHECK(room.bench.wait_for([&] { return !careful.received().empty(); }));
  CHECK(careful.received() == "HTTP/1.1 100 Continue\r\n\r\n");
  careful.send("ok");
  CHECK(room.bench.wait_for([&] { return careful.received().ends_with("POST /b ok"); }));
}

TEST_CASE("http client: connections for all that limits let be under way") {
  CHECK(connections_for(20'000) > 20'000);
  CHECK(connections_for(1) > 1);
}

TEST_CASE("http server: connections beyond the limit are told so") {
  Room room({.connections = 2});
  RawPeer first(room.server->address()), second(room.server->address());
  REQUIRE(room.bench.wait_for([&] { return room.server->connections() == 2; }));
  CHECK(room.talk("GET / HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 503 "));
  first.send("GET / HTTP/1.1\r\n\r\n");
  CHECK(room.bench.wait_for([&] { return first.received().starts_with("HTTP/1.1 200 "); }));
  CHECK(room.server->counts().turned_away == 1);
}

TEST_CASE("http server: an address that is taken or none is an error that names it") {
  Room room;
  const auto listen = [&](const std::string& address) -> std::string {
    try {
      HttpServer(room.bench.core.env.io, address, echo);
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "";
  };
  CHECK(listen(room.server->address()).find(room.server->address()) != std::string::npos);
  CHECK(listen("127.0.0.1").find("127.0.0.1") != std::string::npos);
  CHECK(listen("nowhere.invalid:1").find("nowhere.invalid") != std::string::npos);
  CHECK(listen("localhost:0").empty());
}

}  // namespace
}  // namespace wavetank::live
