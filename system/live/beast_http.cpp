#include "system/live/beast_http.h"

#include <algorithm>
#include <stdexcept>

#include "system/live/connections.h"

namespace wavetank::live {
namespace {

template <class Do>
decltype(auto) with_verb(Call& call, Do act) {
  switch (call.op) {
    case Op::http_submit:
      return act(static_cast<CallOf<verb::HttpSubmit>&>(call));
    case Op::http_status:
      return act(static_cast<CallOf<verb::HttpStatus>&>(call));
    case Op::http_output:
      return act(static_cast<CallOf<verb::HttpOutput>&>(call));
    default:
      return act(static_cast<CallOf<verb::HttpCallback>&>(call));
  }
}

HttpRequest& request_of(Call& call) {
  return with_verb(call, [](auto& typed) -> HttpRequest& { return typed.args; });
}

void put_reply(Call& call, Result<HttpResponse> reply) {
  with_verb(call, [&reply](auto& typed) { typed.reply = std::move(reply); });
}

BeastHttpSettings of_run(BeastHttpSettings settings, const LiveEnv& env) {
  if (settings.wire.run.empty()) settings.wire.run = env.run;
  settings.client.connections = std::max(settings.client.connections,
                                         connections_for(env.target.limits.max_in_flight));
  return settings;
}

}  // namespace

// One request from its arrival to its answer. It belongs to the task that works on it, and dies
// with the node: its connection is reset then.
class BeastHttp::Exchange final : public HttpExchange {
 public:
  Exchange(Loop& loop, NodeId node, std::shared_ptr<HttpServer::Exchange> web, Asked asked)
      : loop_(loop), node_(node), web_(std::move(web)), asked_(std::move(asked)) {}
  Time deadline() const override { return asked_.info.deadline; }
  bool caller_left() const override {
    return web_->caller_left() || loop_.now() > asked_.info.deadline;
  }
  const CallInfo& info() const override { return asked_.info; }

  NodeId node() const { return node_; }
  ServedRequest told() const {
    return {.node = node_,
            .route = asked_.request.route,
            .output = asked_.request.ticket.output,
            .info = asked_.info,
            .trace = asked_.trace,
            .began = loop_.now()};
  }
  const Asked& asked() const { return asked_; }
  HttpServer::Exchange& web() const { return *web_; }

 private:
  Loop& loop_;
  NodeId node_;
  std::shared_ptr<HttpServer::Exchange> web_;
  Asked asked_;
};

BeastHttp::BeastHttp(LiveEnv& env, BeastHttpSettings settings)
    : Http(env.loop, env.gate, env.history),
      env_(env),
      settings_(of_run(std::move(settings), env)),
      client_(env.io, settings_.client) {
  env_.hosts.on_crash([this](NodeId node) { crashed(node); });
}

BeastHttp::~BeastHttp() {
  listeners_.clear();
  for (const auto& [number, call] : out_) drop(*call);
}

std::string BeastHttp::address(NodeId node) const {
  const auto found = listeners_.find(node);
  if (found != listeners_.end() && !found->second.address.empty()) return found->second.address;
  const ProcessTarget* process = env_.target.process(env_.hosts.node(node).name());
  return process == nullptr ? "" : process->listen;
}

HttpServerCounts BeastHttp::server_counts() const {
  HttpServerCounts all;
  for (const auto& [node, listener] : listeners_) {
    if (!listener.server) continue;
    const HttpServerCounts& one = listener.server->counts();
    all.connections += one.connections;
    all.requests += one.requests;
    all.turned_away += one.turned_away;
    all.refused += one.refused;
  }
  return all;
}

void BeastHttp::serve(Node& node, HttpHandler handler) {
  const NodeId id = node.id();
  const std::string where = address(id);
  if (where.empty()) {
    throw std::runtime_error("the target does not say where " + node.name() + " listens");
  }
  Listener& listener = listeners_[id];
  listener.server.reset();
  listener.handler = std::move(handler);
  const auto take = [this, id](std::shared_ptr<HttpServer::Exchange> web) {
    asked(id, std::move(web));
  };
  listener.server = std::make_unique<HttpServer>(env_.io, where, take, settings_.server);
  listener.address = listener.server->address();
}

void BeastHttp::drain() {
  for (auto& [node, listener] : listeners_) {
    if (listener.server) listener.server->drain();
  }
}

bool BeastHttp::drained() const {
  for (const auto& [node, listener] : listeners_) {
    if (listener.server && listener.server->connections() > 0) return false;
  }
  return true;
}

void BeastHttp::submit(Call& call) {
  const std::string where = address(call.server);
  if (where.empty()) {
    call.fail(Failure::refused);
    return complete(call);
  }
  const Time until = call.info.deadline;
  const Duration left = until == time_max ? duration_max : until - env_.clock.now();
  WebRequest web = encode_request(request_of(call), call.info, left, settings_.wire, env_.clock);
  Fetch fetch;
  fetch.method = std::move(web.method);
  fetch.url = "http://" + where + web.target;
  fetch.headers = std::move(web.headers);
  fetch.body = std::move(web.body);
  fetch.timeout = left;
  const std::uint64_t number = client_.fetch(
      std::move(fetch), [this](Fetched got) { answered(got.number, std::move(got)); });
  out_.emplace(number, &call);
}

void BeastHttp::answered(std::uint64_t number, Fetched got) {
  const auto found = out_.find(number);
  if (found == out_.end()) return;
  Call* call = found->second;
  out_.erase(found);
  loop_.advance(env_.clock.now());
  if (!got.ok()) {
    call->fail(*got.failure);
  } else if (auto decoded = decode_response(got.reply, env_.clock); decoded.ok()) {
    put_reply(*call, *decoded.value);
  } else {
    call->fail(Failure::invalid);
  }
  complete(*call);
}

void BeastHttp::asked(NodeId node, std::shared_ptr<HttpServer::Exchange> web) {
  loop_.advance(env_.clock.now());
  DecodedRequest decoded = decode_request(web->request(), loop_.now(), settings_.wire, env_.clock);
  if (!decoded.asked) return web->reply(decoded.refusal);
  auto exchange =
      std::make_shared<Exchange>(loop_, node, std::move(web), std::move(*decoded.asked));
  env_.hosts.group(node).start(work(std::move(exchange)));
}

Task<void> BeastHttp::work(std::shared_ptr<Exchange> exchange) {
  HttpHandler& handler = listeners_.at(exchange->node()).handler;
  HttpRequest request = exchange->asked().request;
  ServedRequest told = exchange->told();
  for (ServedObserver* observer : observers_) observer->asked(told);
  auto response = co_await handler(std::move(request), *exchange);
  exchange->web().reply(encode_response(response, exchange->asked().request, env_.clock));
  told.status = response.status;
  told.ended = loop_.now();
  for (ServedObserver* observer : observers_) observer->served(told);
}

/// What the node served is reset, and what it waited for is given up, as its kernel would do.
void BeastHttp::crashed(NodeId node) {
  const auto listener = listeners_.find(node);
  if (listener != listeners_.end()) {
    listener->second.server.reset();
    listener->second.handler = nullptr;
  }
  std::vector<std::uint64_t> lost;
  for (const auto& [number, call] : out_) {
    if (call->caller->id() == node) lost.push_back(number);
  }
  for (const std::uint64_t number : lost) {
    client_.cancel(number);
    drop(*out_.at(number));
    out_.erase(number);
  }
}

}  // namespace wavetank::live
