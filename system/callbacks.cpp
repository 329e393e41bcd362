#include "system/callbacks.h"

namespace wavetank::service {

CallbackSettings::CallbackSettings() {
  retry.attempts = 8;
  retry.base = milliseconds(500);
  retry.budget = Ratio{1};
}

void CallbackSettings::describe(Fields& f) {
  f.field("replicas", replicas, {.help = "How many callback receivers.", .min = 1, .max = 1000});
  f.field("idempotent", idempotent,
          {.help = "A terminal state absorbs: the same or a late callback has no second effect."});
  f.field("timeout", timeout, {.help = "How long one try may take.", .min = 1e-6});
  f.section("retry", retry, {.help = "Sending a callback again."});
  f.field("overdue_after", overdue_after,
          {.help = "How long after its launch a job's callback may stay out before the platform "
                   "acts on it."});
}

void CallbackSettings::disarm() {
  idempotent = false;
}

Callbacks::Callbacks(World& world, Node& node, TaskGroup&, const CallbackSettings& settings,
                     const AdmissionSettings& admission, const CacheSettings& cache,
                     const DependencySettings& database, bool fencing)
    : world_(world),
      node_(node),
      settings_(settings),
      cache_(cache),
      fencing_(fencing),
      admission_(node.loop(), admission),
      database_(Service::database, database, node, world.history()) {
  world.http().serve(node, [this](HttpRequest request, const HttpExchange& exchange) {
    return handle(std::move(request), exchange);
  });
}

Task<HttpResponse> Callbacks::handle(HttpRequest request, const HttpExchange& exchange) {
  auto outcome = co_await admission_.enter(exchange);
  if (outcome != Admission::Outcome::admitted) {
    HttpResponse busy;
    busy.status = 503;
    co_return busy;
  }
  CallInfo info = exchange.info();
  info.attempt = 0;
  CallInfo own = info;
  own.deadline = node_.loop().now() + hours(1);  // a thread ends what it began
  const verb::Serve::Args compute{0, static_cast<std::uint32_t>(Route::callback)};
  auto served = co_await world_.station().serve(node_, compute, own);
  HttpResponse response;
  response.status = 503;
  if (served.ok()) {
    auto recorded = co_await record(std::move(request), info);
    response = recorded;
  }
  admission_.leave();
  co_return response;
}

Task<HttpResponse> Callbacks::record(HttpRequest request, CallInfo info) {
  verb::RecordCallback::Args args;
  args.process = request.process;
  args.outcome = request.outcome;
  args.epoch = request.epoch;
  args.idempotent = settings_.idempotent;
  args.fenced = fencing_;
  auto send = [this, args](CallInfo told) {
    return world_.database().record_callback(node_, args, told);
  };
  auto recorded = co_await database_.call<verb::RecordCallback::Reply>(send, info);
  HttpResponse response;
  if (!recorded.ok()) {
    // An old epoch is told so for good; anything else may be tried again.
    response.status = recorded.failure() == Failure::fenced ? 409 : 503;
    co_return response;
  }
  response.state = recorded->view.state;
  if (recorded->applied) co_await refresh_cache(*recorded, info);
  co_return response;
}

Task<void> Callbacks::refresh_cache(verb::RecordCallback::Reply recorded, CallInfo info) {
  info.deadline = node_.loop().now() + cache_.dependency.timeout;
  const OutputId output = recorded.view.ticket.output;
  if (settings_.idempotent) {
    CacheValue value;
    value.process = recorded.view.process;
    value.facts.state = recorded.view.state;
    value.facts.ready = recorded.view.changed;
    value.facts.fresh_by = recorded.view.ticket.fresh_by;
    value.facts.fresh_for = recorded.view.ticket.fresh_for;
    value.filled = node_.loop().now();
    if (cache_.policy == CachePolicy::off || recorded.view.ticket.critical) co_return;
    verb::CachePut::Args put{CacheKey{Cached::status, output}, value, cache_.ttl};
    auto done = co_await world_.cache().put(node_, put, info);
    static_cast<void>(done);
    co_return;
  }
  // Without knowing whether anything changed, all that can be done is to forget.
  for (const Cached kind : {Cached::status, Cached::output}) {
    verb::CacheInvalidate::Args args{CacheKey{kind, output}, recorded.cause};
    auto done = co_await world_.cache().invalidate(node_, args, info);
    static_cast<void>(done);
  }
}

Task<bool> send_callback(World& world, Node& from, const CallbackSettings& settings,
                         HttpRequest request, CallInfo info) {
  const std::vector<NodeId> receivers = world.nodes("callbacks");
  const std::uint32_t first = request.ticket.output.value;
  for (std::uint32_t attempt = 0; attempt < settings.retry.attempts; ++attempt) {
    info.attempt = attempt;
    info.deadline = from.loop().now() + settings.timeout;
    const NodeId receiver = receivers[(first + attempt) % receivers.size()];
    Event sent;
    sent.kind = EventKind::callback_sent;
    sent.ticket = request.ticket;
    sent.process = request.process;
    sent.job = request.job;
    sent.attempt = attempt;
    sent.extra = request.epoch;
    sent.cause = info.cause;
    world.history().note(sent);
    auto reply = co_await world.http().call<verb::HttpCallback>(from, receiver, request, info);
    if (reply.ok() && reply->status != 503 && reply->status != 429) co_return true;
    if (!reply.ok() && reply.failure() == Failure::timeout) {
      sent.kind = EventKind::callback_timed_out;
      info.cause = world.history().note(sent);
    }
    if (settings.retry.policy == Backoff::none) break;
    const std::uint64_t seed = world.seed();
    const Duration pause = backoff(settings.retry, seed, info.subject ^ request.epoch, attempt + 1);
    if (pause > Duration{}) co_await sleep(from.loop(), pause);
  }
  Event given_up;
  given_up.kind = EventKind::callback_given_up;
  given_up.ticket = request.ticket;
  given_up.process = request.process;
  given_up.job = request.job;
  given_up.extra = request.epoch;
  given_up.cause = info.cause;
  world.history().note(given_up);
  co_return false;
}

}  // namespace wavetank::service
