// What a process tells of itself: its metrics page, read by the rules of OpenMetrics, and spans.

#include <algorithm>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <sstream>

#include "system/live/metrics_page.h"
#include "system/live/span_feed.h"
#include "tests/live/fixture.h"

namespace wavetank::live {
namespace {

using nlohmann::json;

/// Reads a page by the grammar, as far as ours goes; fails where it does not hold.
std::map<std::string, double> read_metrics(const std::string& text) {
  static const std::regex type("# TYPE ([a-z_]+) (counter|gauge|histogram)");
  static const std::regex help("# HELP ([a-z_]+) .+");
  static const std::regex row(
      R"re(([a-z_]+)(\{[a-z]+="([^"\\]|\\.)*"(,[a-z]+="([^"\\]|\\.)*")*\})? (\S+))re");
  std::map<std::string, double> values;
  std::set<std::string> families;
  std::string family, kind, line;
  std::istringstream in(text);
  bool ended = false;
  while (std::getline(in, line)) {
    CAPTURE(line);
    CHECK(!ended);
    std::smatch match;
    if (line == "# EOF") {
      ended = true;
    } else if (std::regex_match(line, match, type)) {
      family = match[1];
      kind = match[2];
      CHECK(families.insert(family).second);
    } else if (std::regex_match(line, match, help)) {
      CHECK(match[1] == family);
    } else {
      REQUIRE(std::regex_match(line, match, row));
      const std::string name = match[1];
      if (kind == "counter") CHECK(name == family + "_total");
      if (kind == "gauge") CHECK(name == family);
      if (kind == "histogram") CHECK(name.starts_with(family + "_"));
      const std::string key = line.substr(0, line.rfind(' '));
      CHECK(values.emplace(key, std::stod(match[6])).second);
    }
  }
  CHECK(ended);
  return values;
}

struct TwoRooms final : ResourceProbe {
  const std::vector<std::string>& resources() const override { return names; }
  ResourceSample sample(std::size_t i) const override {
    return {Uint128{2'500'000'000}, static_cast<std::int64_t>(i), 3};
  }
  void report_waits(WaitSink&) override {}
  std::vector<std::string> names{"db.pool", "queue.\"odd\"/0"};
};

struct Town {
  Town()
      : http(bench.core.env), api(bench.core.hosts.host("api/0", [this](Node& node, TaskGroup&) {
          http.serve(node, [this](HttpRequest request, const HttpExchange& exchange) {
            return answer(*this, std::move(request), exchange);
          });
          return std::unique_ptr<Hosted>();
        })) {
    bench.core.hosts.boot_all();
  }
  ~Town() { bench.core.stop(); }

  /// A service that asks another one, whom nobody knows, before it answers.
  static Task<HttpResponse> answer(Town& town, HttpRequest request, const HttpExchange& exchange) {
    const CallInfo info = exchange.info();
    HttpRequest onward;
    onward.route = Route::status;
    onward.ticket = request.ticket;
    auto got = co_await town.http.call<verb::HttpStatus>(town.api, town.bench.caller.id(),
                                                         std::move(onward), info);
    CHECK(!got.ok());
    HttpResponse response;
    response.status = 202;
    response.process = ProcessId{1};
    co_return response;
  }
  void submit() {
    HttpRequest request;
    request.ticket.entity = EntityId{3};
    request.ticket.output = OutputId{9};
    const auto reply = bench.ask(
        [&] { return http.call<verb::HttpSubmit>(bench.caller, api.id(), request, bench.info()); });
    CHECK(reply.ok());
  }
  static Target one_process() {
    Target target;
    ProcessTarget process;
    process.name = "api/0";
    process.listen = "127.0.0.1:0";
    target.processes.push_back(process);
    return target;
  }

  Target target = one_process();
  Bench bench{target};
  BeastHttp http;
  Node& api;
};

TEST_CASE("metrics page: what happened is counted, in OpenMetrics") {
  Town town;
  MetricsPage page(town.bench.core.env);
  town.http.subscribe(page);
  const TwoRooms rooms;
  page.resources(&rooms);
  page.gauge("wavetank_ready", "Whether it is.", [] { return 1.0; }, {{"check", "a\"b\\c\nd"}});
  page.counter("wavetank_lost", "Gone.", [] { return 3e9; });
  for (int i = 0; i < 3; ++i) town.submit();
  Event spill;
  spill.kind = EventKind::task_spilled;
  spill.value = 4'096;
  town.bench.core.history.note(spill);
  const WebReply reply = page.page();
  CHECK(reply.headers.find("content-type")->starts_with("application/openmetrics-text"));
  const auto values = read_metrics(reply.body);
  CHECK(values.at(R"(wavetank_calls_total{op="http.submit",outcome="ok"})") == 3);
  CHECK(values.at(R"(wavetank_calls_total{op="http.status",outcome="refused"})") == 3);
  CHECK(values.at(R"(wavetank_call_seconds_count{op="http.submit"})") == 3);
  CHECK(values.at(R"(wavetank_call_seconds_bucket{op="http.submit",le="+Inf"})") == 3);
  CHECK(values.at(R"(wavetank_requests_total{route="submit",status="202"})") == 3);
  CHECK(values.at(R"(wavetank_events_total{event="task_spilled"})") == 1);
  CHECK(values.at("wavetank_spilled_bytes_total") == 4'096);
  CHECK(values.at(R"(wavetank_resource_use_seconds_total{resource="db.pool"})") == 2.5);
  CHECK(values.at(R"(wavetank_resource_capacity{resource="queue.\"odd\"/0"})") == 1);
  CHECK(values.at("wavetank_lost_total") == 3e9);
  CHECK(values.at(R"(wavetank_ready{check="a\"b\\c\nd"})") == 1);
  CHECK(values.at("process_cpu_seconds_total") > 0);
  CHECK(values.at("process_resident_memory_bytes") > 1e6);
}

TEST_CASE("metrics page: buckets add up, and each holds what is at most its bound") {
  LatencyBuckets buckets;
  const auto& bounds = LatencyBuckets::bounds;
  const auto at = std::find(bounds.begin(), bounds.end(), 0.0001);
  REQUIRE(at != bounds.end());
  const auto place = static_cast<std::size_t>(at - bounds.begin());
  buckets.add(microseconds(100));
  buckets.add(microseconds(101));
  buckets.add(minutes(2));
  CHECK(buckets.counts[place] == 1);
  CHECK(buckets.counts[place + 1] == 1);
  CHECK(buckets.counts.back() == 1);
  CHECK(buckets.count == 3);
  CHECK(buckets.sum_ns == (microseconds(201) + minutes(2)).ns);
}

/// A collector that keeps what it is sent.
struct Collector {
  explicit Collector(Bench& bench)
      : server(bench.core.env.io, "127.0.0.1:0",
               [this](std::shared_ptr<HttpServer::Exchange> exchange) {
                 CHECK(exchange->request().target == "/v1/traces");
                 const json body = json::parse(exchange->request().body);
                 for (const json& span : body["resourceSpans"][0]["scopeSpans"][0]["spans"]) {
                   spans.push_back(span);
                 }
                 exchange->reply(json_reply(status, "{}"));
               }) {}
  const json* named(const std::string& name) const {
    for (const json& span : spans) {
      if (span["name"] == name) return &span;
    }
    return nullptr;
  }
  unsigned status = 200;
  std::vector<json> spans;
  HttpServer server;
};

TEST_CASE("otlp: a request's spans hang together, over both sides of the wire") {
  Town town;
  Collector collector(town.bench);
  HttpClient client(town.bench.core.env.io);
  OtlpExporter exporter(town.bench.core.env, client,
                        {.endpoint = "http://" + collector.server.address(),
                         .instance = "api/0",
                         .every = milliseconds(20)});
  Traces traces(town.bench.core.env);
  town.http.subscribe(traces);
  SpanFeed feed(town.bench.core.env, exporter, traces);
  town.http.subscribe(feed);
  town.submit();
  Event end;
  end.kind = EventKind::process_terminal;
  end.ticket.output = OutputId{9};
  end.value = static_cast<std::int64_t>(ProcessState::failed);
  end.extra = 1'000;
  town.bench.core.history.note(end);
  REQUIRE(town.bench.wait_for([&] { return collector.spans.size() == 4; }));
  const json* call = collector.named("http.submit");
  const json* server = collector.named("POST /v1/processes");
  const json* onward = collector.named("http.status");
  const json* process = collector.named("process");
  REQUIRE((call && server && onward && process));
  for (const json* span : {call, server, onward, process}) {
    CHECK((*span)["traceId"] == (*process)["traceId"]);
    CHECK((*span)["traceId"].get<std::string>().size() == 32);
  }
  CHECK((*call)["parentSpanId"] == (*process)["spanId"]);
  CHECK((*server)["parentSpanId"] == (*call)["spanId"]);
  CHECK((*onward)["parentSpanId"] == (*server)["spanId"]);
  CHECK((*onward)["status"]["message"] == "refused");
  CHECK(!(*call).contains("status"));
  CHECK((*process)["status"]["message"] == "failed");
  CHECK((*server)["kind"] == 2);
  CHECK(exporter.sent() == 4);
  CHECK(exporter.dropped() == 0);
}

TEST_CASE("otlp: work hangs under the header that it came with, a client's trace has a link") {
  const std::string header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  Town town;
  LiveEnv& env = town.bench.core.env;
  Collector collector(town.bench);
  HttpClient client(env.io);
  OtlpExporter exporter(env, client,
                        {.endpoint = "http://" + collector.server.address(),
                         .instance = "api/0",
                         .every = milliseconds(20)});
  Traces traces(env);
  SpanFeed feed(env, exporter, traces);
  traces.heard(9, "no header");
  traces.heard(9, header);
  town.submit();
  REQUIRE(town.bench.wait_for([&] { return collector.named("http.submit") != nullptr; }));
  const json& call = *collector.named("http.submit");
  CHECK(call["traceId"] == "4bf92f3577b34da6a3ce929d0e0e4736");
  CHECK(call["parentSpanId"] == "00f067aa0ba902b7");
  ServedRequest request{.node = town.api.id(), .route = Route::output, .output = OutputId{9}};
  request.trace = header;
  feed.served(request);
  request.trace.clear();
  request.route = Route::callback;
  feed.served(request);
  REQUIRE(town.bench.wait_for(
      [&] { return collector.named("POST /v1/callbacks/{id}") != nullptr; }));
  const json& theirs = *collector.named("GET /v1/outputs/{entity_id}/{data_version}");
  const json& ours = *collector.named("POST /v1/callbacks/{id}");
  CHECK(theirs["traceId"] == "4bf92f3577b34da6a3ce929d0e0e4736");
  CHECK(theirs["parentSpanId"] == "00f067aa0ba902b7");
  REQUIRE(theirs["links"].size() == 1);
  CHECK(theirs["links"][0]["traceId"] == ours["traceId"]);
  CHECK_FALSE(ours.contains("links"));
}

TEST_CASE("otlp: spans are dropped and counted where the collector does not take them") {
  Town town;
  Collector collector(town.bench);
  collector.status = 503;
  HttpClient client(town.bench.core.env.io);
  OtlpExporter exporter(town.bench.core.env, client,
                        {.endpoint = "http://" + collector.server.address(),
                         .every = milliseconds(20),
                         .batch = 10,
                         .waiting = 25});
  for (int i = 0; i < 50; ++i) exporter.add({.name = "span"});
  // One batch went out at once and no other may meanwhile; what the queue cannot hold is gone.
  CHECK(exporter.dropped() == 15);
  CHECK(town.bench.wait_for([&] { return exporter.dropped() == 50; }));
  CHECK(exporter.sent() == 0);
  CHECK(exporter.problem().find("503") != std::string::npos);
  collector.status = 200;
  exporter.add({.name = "span"});
  CHECK(town.bench.wait_for([&] { return exporter.sent() == 1; }));
  CHECK(exporter.problem().empty());
}

}  // namespace
}  // namespace wavetank::live
