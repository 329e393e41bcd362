// What the gate costs a call of the live world: a status request over loopback through the port,
// and the same request put on the wire and read by hand. The server is a thread of its own, so that
// the processor time is the caller's. Requests go out in batches, as from a busy process: one alone
// would measure how long the kernel takes to wake a thread.

#include <benchmark/benchmark.h>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <thread>

#include "system/live/beast_http.h"
#include "system/live/live_core.h"

namespace wavetank::bench {
namespace {

constexpr int batch = 32;

/// Answers everything alike.
class Peer {
 public:
  Peer()
      : guard_(io_.get_executor()),
        server_(io_, "127.0.0.1:0",
                [](std::shared_ptr<live::HttpServer::Exchange> web) {
                  web->reply(live::json_reply(200, R"({"id":"p7","state":"running"})"));
                }),
        thread_([this] { io_.run(); }) {}
  ~Peer() {
    io_.stop();
    thread_.join();
  }
  const std::string& address() const { return server_.address(); }

 private:
  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_;
  live::HttpServer server_;
  std::thread thread_;
};

live::Target target_of(const std::string& address) {
  live::Target target;
  target.processes.push_back({"api/0", address, ""});
  return target;
}

struct Caller {
  Caller() : target(target_of(peer.address())), core(target, "bench", 42) {
    settings.run = "bench";
    request.route = Route::status;
    request.process = ProcessId{7};
    request.ticket.output = OutputId{9};
    request.ticket.entity = EntityId{3};
  }
  CallInfo info() {
    CallInfo told;
    told.subject = ++calls;
    told.deadline = core.clock.now() + whole_seconds(10);
    return told;
  }
  /// Runs until all of a batch are answered. Returns whether they were, and rightly.
  bool answered() {
    const int wanted = batch;
    core.driver.run_until(core.clock.now() + whole_seconds(10),
                          [this, wanted] { return done == wanted; });
    return std::exchange(done, 0) == wanted && wrong == 0;
  }
  void count(bool right) {
    ++done;
    wrong += right ? 0 : 1;
  }

  Peer peer;
  live::Target target;
  live::LiveCore core;
  live::HttpWireSettings settings;
  HttpRequest request;
  std::uint64_t calls = 0;
  int done = 0;
  int wrong = 0;
};

/// By hand: what goes on the wire is written, sent, received and read.
void direct(benchmark::State& state) {
  Caller caller;
  live::HttpClient client(caller.core.env.io);
  const live::LiveClock& clock = caller.core.clock;
  const auto fetch = [&] {
    const CallInfo told = caller.info();
    const Duration left = told.deadline - clock.now();
    live::WebRequest web =
        live::encode_request(caller.request, told, left, caller.settings, clock);
    live::Fetch wanted;
    wanted.method = std::move(web.method);
    wanted.url = "http://" + caller.peer.address() + web.target;
    wanted.headers = std::move(web.headers);
    wanted.body = std::move(web.body);
    wanted.timeout = left;
    client.fetch(std::move(wanted), [&](live::Fetched got) {
      const auto decoded = live::decode_response(got.reply, clock);
      caller.count(got.ok() && decoded.ok() && decoded.value->state == ProcessState::running);
    });
  };
  while (state.KeepRunningBatch(batch)) {
    for (int i = 0; i < batch; ++i) fetch();
    if (!caller.answered()) state.SkipWithError("a request was not answered");
  }
}
BENCHMARK(direct)->Name("live_gate/direct");

/// Is asked about every call, and lets it pass.
class Bystander final : public Rule {
 public:
  Verdict ask(const Call&, Moment) override { return Verdict::pass(); }
  void applied(const Call&, Verdict) override {}
};

Task<void> ask(Caller& caller, Http& http, Node& from, NodeId to) {
  HttpRequest request = caller.request;
  CallInfo told = caller.info();
  auto reply = co_await http.call<verb::HttpStatus>(from, to, request, told);
  caller.count(reply.ok() && reply->state == ProcessState::running);
}

void through_gate(benchmark::State& state, OpMask armed) {
  Caller caller;
  live::LiveCore& core = caller.core;
  Node& from = core.hosts.add("clients");
  Node& to = core.hosts.add("api/0");
  live::BeastHttp http(core.env);
  Bystander fault;
  if (armed != 0) core.gate.arm(fault, armed, 0);
  TaskGroup group(core.loop, from);
  while (state.KeepRunningBatch(batch)) {
    for (int i = 0; i < batch; ++i) group.start(ask(caller, http, from, to.id()));
    if (!caller.answered()) state.SkipWithError("a call was not answered");
  }
  group.cancel();
  core.stop();
}
BENCHMARK_CAPTURE(through_gate, nothing_armed, OpMask{0})->Name("live_gate/call");
BENCHMARK_CAPTURE(through_gate, armed, mask_of(Op::http_status))->Name("live_gate/call_armed");

}  // namespace
}  // namespace wavetank::bench
