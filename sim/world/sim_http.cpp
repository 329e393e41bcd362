#include "sim/world/sim_http.h"

namespace wavetank::sim {

// One request from its arrival to its answer. It belongs to the world: the handler's node may die.
class SimHttp::Exchange : public HttpExchange, public Link {
 public:
  Exchange(SimHttp& http, Call& call) : http_(http), call_(&call) {}
  ~Exchange() override {
    if (call_ != nullptr) http_.drop(*call_);
  }
  static void* operator new(std::size_t bytes) { return Run::current()->frames().take(bytes); }
  static void operator delete(void* memory, std::size_t bytes) {
    Run::current()->frames().give(memory, bytes);
  }

  Time deadline() const override { return call_->info.deadline; }
  bool caller_left() const override { return call_->abandoned(); }
  const CallInfo& info() const override { return call_->info; }
  Call& call() const { return *call_; }

  virtual const HttpRequest& request() const = 0;
  virtual void reply(Result<HttpResponse> response) = 0;
  void complete() { http_.complete(*std::exchange(call_, nullptr)); }

 private:
  SimHttp& http_;
  Call* call_;
};

namespace {

template <class V, class Base>
class Typed final : public Base {
 public:
  using Base::Base;
  const HttpRequest& request() const override { return static_cast<CallOf<V>&>(this->call()).args; }
  void reply(Result<HttpResponse> response) override {
    static_cast<CallOf<V>&>(this->call()).reply = std::move(response);
    this->complete();
  }
};

}  // namespace

SimHttp::SimHttp(Env& env) : Http(env.loop(), env.gate(), env.history()), env_(env) {
  env.hosts.on_crash([this](NodeId node) { reset(node); });
}

SimHttp::~SimHttp() {
  for (auto& [node, listener] : listeners_) {
    while (!listener.under_way.empty()) delete static_cast<Exchange*>(listener.under_way.front());
  }
}

void SimHttp::serve(Node& node, HttpHandler handler) {
  listeners_[node.id()].handler = std::move(handler);
}

template <class V>
void SimHttp::take(Call& call) {
  auto* exchange = new Typed<V, Exchange>(*this, call);
  const Duration travel = env_.network.request(call, exchange->request().size);
  env_.root().start(deliver(exchange, travel));
}

void SimHttp::submit(Call& call) {
  switch (call.op) {
    case Op::http_submit:
      return take<verb::HttpSubmit>(call);
    case Op::http_status:
      return take<verb::HttpStatus>(call);
    case Op::http_output:
      return take<verb::HttpOutput>(call);
    default:
      return take<verb::HttpCallback>(call);
  }
}

Task<void> SimHttp::deliver(Exchange* exchange, Duration travel) {
  std::unique_ptr<Exchange> held(exchange);
  co_await sleep(loop_, travel);
  const NodeId server = exchange->call().server;
  const Call& call = exchange->call();
  co_await env_.spend(call, server);
  const auto listener = listeners_.find(server);
  if (!env_.hosts.up(server) || listener == listeners_.end() || !listener->second.handler) {
    env_.root().start(answer(held.release(), Failure::refused));
    co_return;
  }
  listener->second.under_way.push_back(*held);
  env_.hosts.group(server).start(work(held.release()));
}

Task<void> SimHttp::work(Exchange* exchange) {
  const NodeId server = exchange->call().server;
  HttpRequest request = exchange->request();
  HttpHandler& handler = listeners_.at(server).handler;
  auto response = co_await handler(std::move(request), *exchange);
  exchange->unlink();
  env_.root().start(answer(exchange, response));
}

Task<void> SimHttp::answer(Exchange* exchange, Result<HttpResponse> response) {
  std::unique_ptr<Exchange> held(exchange);
  const Bytes size = response.ok() ? response->size : Bytes{100};
  const Duration travel = env_.network.reply(exchange->call(), size);
  co_await sleep(loop_, travel);
  exchange->reply(std::move(response));
}

void SimHttp::reset(NodeId node) {
  const auto listener = listeners_.find(node);
  if (listener == listeners_.end()) return;
  listener->second.handler = nullptr;
  LinkList& under_way = listener->second.under_way;
  while (!under_way.empty()) {
    auto* exchange = static_cast<Exchange*>(under_way.front());
    exchange->unlink();
    env_.root().start(answer(exchange, Failure::reset));
  }
}

}  // namespace wavetank::sim
