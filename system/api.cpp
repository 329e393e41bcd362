#include "system/api.h"

#include "system/trust.h"

namespace wavetank::service {
namespace {

constexpr const char* cache_policy_names[] = {"terminal", "everything", "off"};
constexpr const char* delivery_names[] = {"outbox", "dual_write"};
constexpr std::uint32_t stampede_at = 10;

HttpResponse answer(std::uint16_t status) {
  HttpResponse response;
  response.status = status;
  return response;
}

std::uint16_t status_for(Failure failure) {
  switch (failure) {
    case Failure::timeout:
      return 504;
    case Failure::not_found:
      return 404;
    case Failure::conflict:
      return 409;
    default:
      return 503;
  }
}

}  // namespace

CacheSettings::CacheSettings() {
  dependency.timeout = milliseconds(100);
  dependency.retry.policy = Backoff::none;
  dependency.breaker.fail_max = 20;
  dependency.breaker.reset = whole_seconds(5);
}

void CacheSettings::describe(Fields& f) {
  f.field("policy", policy, cache_policy_names,
          {.help = "What may be cached: facts that cannot change any more, everything, nothing."});
  f.field("ttl", ttl, {.help = "How long an entry lives.", .vendor = "EXPIRE"});
  f.field("single_flight", single_flight,
          {.help = "One load of a key at a time in each replica; the others wait for it."});
  f.field("bypass_critical", bypass_critical,
          {.help = "The safety-critical class is never answered from the cache."});
  f.field("check_age", check_age,
          {.help = "A hit older than the time to live counts as a miss: a cache that forgets to "
                   "expire is not believed."});
  dependency.describe(f);
}

void CacheSettings::disarm() {
  policy = CachePolicy::everything;
  single_flight = false;
  bypass_critical = false;
  check_age = false;
  dependency.breaker.disarm();
}

void ApiSettings::describe(Fields& f) {
  f.field("replicas", replicas, {.help = "How many API processes.", .min = 1, .max = 1000});
  admission.describe(f);
  f.field("idempotent", idempotent,
          {.help = "A request key is accepted once, however often it is sent.",
           .vendor = "Idempotency-Key"});
  f.field("delivery", delivery, delivery_names,
          {.help = "How a process reaches the queue: by an outbox row, or by a second write."});
}

void ApiSettings::disarm() {
  admission.disarm();
  idempotent = false;
  delivery = DeliveryMode::dual_write;
}

DatabaseClientSettings::DatabaseClientSettings() {
  dependency.timeout = whole_seconds(2);
}

Api::Api(World& world, Node& node, TaskGroup&, const ApiSettings& settings,
         const CacheSettings& cache, const DependencySettings& database,
         const DependencySettings& queue, bool priority_topics)
    : world_(world),
      node_(node),
      settings_(settings),
      cache_settings_(cache),
      priority_topics_(priority_topics),
      admission_(node.loop(), settings.admission),
      database_(Service::database, database, node, world.history()),
      cache_(Service::cache, cache.dependency, node, world.history()),
      queue_(Service::queue, queue, node, world.history()),
      objects_(Service::objects, database, node, world.history()),
      flights_(node.loop()) {
  world.http().serve(node, [this](HttpRequest request, const HttpExchange& exchange) {
    return handle(std::move(request), exchange);
  });
}

void Api::note(EventKind kind, const HttpRequest& request, std::int64_t value, std::int64_t extra,
               EventId cause) {
  Event event;
  event.kind = kind;
  event.ticket = request.ticket;
  event.node = node_.id();
  event.value = value;
  event.extra = extra;
  event.cause = cause;
  world_.history().note(event);
}

Task<HttpResponse> Api::handle(HttpRequest request, const HttpExchange& exchange) {
  const Time arrived = node_.loop().now();
  auto outcome = co_await admission_.enter(exchange);
  if (outcome != Admission::Outcome::admitted) {
    const bool left = outcome == Admission::Outcome::caller_left;
    note(left ? EventKind::request_cancelled : EventKind::request_turned_away, request,
         outcome == Admission::Outcome::expired ? 1 : 0);
    co_return answer(outcome == Admission::Outcome::full ? 429 : 503);
  }
  const Duration waited = node_.loop().now() - arrived;
  if (waited > Duration{}) note(EventKind::request_admitted, request, waited.ns);
  CallInfo info = exchange.info();
  info.attempt = 0;
  info.cancellable = settings_.admission.cancel_on_timeout;
  HttpResponse response;
  auto served = co_await compute(request.route, info);
  if (!served.ok()) {
    response = answer(status_for(served.failure()));
  } else if (request.route == Route::submit) {
    auto done = co_await submit(std::move(request), info);
    response = done;
  } else {
    auto done = co_await read(std::move(request), info);
    response = done;
  }
  admission_.leave();
  co_return response;
}

CallAwaiter<verb::Serve> Api::compute(Route route, CallInfo info) {
  // A thread that does not look whether somebody waits ends what it began.
  if (!info.cancellable) info.deadline = node_.loop().now() + hours(1);
  const verb::Serve::Args args{0, static_cast<std::uint32_t>(route)};
  return world_.station().serve(node_, args, info);
}

Task<HttpResponse> Api::submit(HttpRequest request, CallInfo info) {
  verb::AcceptProcess::Args args;
  args.ticket = request.ticket;
  args.work = request.work;
  args.idempotent = settings_.idempotent;
  args.outbox = settings_.delivery == DeliveryMode::outbox;
  auto send = [this, args](CallInfo told) {
    return world_.database().accept_process(node_, args, told);
  };
  auto accepted = co_await database_.call<verb::AcceptProcess::Reply>(send, info);
  if (!accepted.ok()) co_return answer(status_for(accepted.failure()));
  if (!args.outbox && accepted->created) {
    // The second write of a dual write: a crash here loses the process for good.
    verb::Publish::Args message;
    message.topic = priority_topics_ ? static_cast<Topic>(request.ticket.priority) : Topic::p0;
    message.record.process = accepted->process;
    message.record.ticket = request.ticket;
    message.record.work = request.work;
    message.record.accepted = node_.loop().now();
    auto publish = [this, message](CallInfo told) {
      return world_.queue().publish(node_, message, told);
    };
    auto published = co_await queue_.call<verb::Publish::Reply>(publish, info);
    if (!published.ok()) co_return answer(status_for(published.failure()));
  }
  note(accepted->created ? EventKind::process_answered : EventKind::process_deduplicated, request,
       accepted->process.value);
  HttpResponse response = answer(202);
  response.process = accepted->process;
  response.state = accepted->state;
  co_return response;
}

bool Api::cacheable(Route route, const CacheValue& value) const {
  switch (cache_settings_.policy) {
    case CachePolicy::off:
      return false;
    case CachePolicy::everything:
      return true;
    default:
      // A terminal state absorbs. Of an output that succeeded the manifest must stand as well:
      // whether it does is not asked for a status.
      return terminal(value.facts.state) &&
             (route == Route::status || value.facts.manifest ||
              value.facts.state != ProcessState::succeeded);
  }
}

bool Api::usable(const CacheValue& value) const {
  return !cache_settings_.check_age ||
         node_.loop().now() - value.filled <= cache_settings_.ttl;
}

Task<HttpResponse> Api::read(HttpRequest request, CallInfo info) {
  auto value = co_await look_up(request, info);
  if (!value.ok() && value.failure() != Failure::not_found) {
    HttpResponse response = answer(status_for(value.failure()));
    response.trust = TrustAnswer{Trust::unknown, TrustReason::unreachable, Time{}};
    co_return response;
  }
  HttpResponse response = answer(value.ok() ? 200 : 404);
  if (value.ok()) {
    response.process = value->process;
    response.state = value->facts.state;
    response.trust = trust_now(value->facts, node_.now());
  }
  co_return response;
}

Task<Result<CacheValue>> Api::look_up(HttpRequest request, CallInfo info) {
  const bool bypass = cache_settings_.policy == CachePolicy::off ||
                      (request.ticket.critical && cache_settings_.bypass_critical);
  if (bypass) co_return co_await load_shared(std::move(request), info, 0);
  const CacheKey key{request.route == Route::output ? Cached::output : Cached::status,
                     request.ticket.output};
  auto send = [this, key](CallInfo told) { return world_.cache().get(node_, key, told); };
  auto cached = co_await cache_.call<verb::CacheGet::Reply>(send, info);
  if (cached.ok() && cached->hit && usable(cached->value)) {
    note(EventKind::cache_hit, request, (node_.loop().now() - cached->value.filled).ns);
    co_return cached->value;
  }
  note(EventKind::cache_miss, request, cached.ok() ? 0 : 1);
  const EventId cause = cached.ok() ? cached->invalidated_by : 0;
  const bool fill = cached.ok();
  const Route route = request.route;
  auto value = co_await load_shared(std::move(request), info, cause);
  if (!value.ok() || !fill || !cacheable(route, *value)) co_return value;
  verb::CachePut::Args put{key, *value, cache_settings_.ttl};
  CallInfo filling = info;
  filling.deadline = node_.loop().now() + cache_settings_.dependency.timeout;
  auto filled = co_await world_.cache().put(node_, put, filling);
  static_cast<void>(filled);
  co_return value;
}

Task<Result<CacheValue>> Api::load_shared(HttpRequest request, CallInfo info, EventId cause) {
  const std::uint64_t key =
      CacheKey{request.route == Route::output ? Cached::output : Cached::status,
               request.ticket.output}
          .packed();
  if (cache_settings_.single_flight) {
    if (std::shared_ptr<SingleFlight::Flight> flight = flights_.find(key)) {
      auto landed = co_await flight->landed.wait_until(info.deadline);
      if (!landed) co_return Failure::timeout;
      co_return flight->value;
    }
  }
  std::shared_ptr<SingleFlight::Flight> flight = flights_.begin(key);
  auto value = co_await load(request, info, cause);
  const bool last = flights_.end(key, *flight, value);
  if (last && flight->most >= stampede_at) {
    note(EventKind::cache_stampede, request, flight->most, node_.id().value, cause);
  }
  co_return value;
}

Task<Result<CacheValue>> Api::load(HttpRequest request, CallInfo info, EventId cause) {
  info.cause = cause;
  verb::GetProcess::Args get;
  get.output = request.ticket.output;
  auto send = [this, get](CallInfo told) { return world_.database().get(node_, get, told); };
  auto row = co_await database_.call<ProcessView>(send, info);
  if (!row.ok()) co_return row.failure();
  CacheValue value;
  value.process = row->process;
  value.facts.state = row->state;
  value.facts.ready = row->changed;
  value.facts.fresh_by = row->ticket.fresh_by;
  value.facts.fresh_for = row->ticket.fresh_for;
  value.filled = node_.loop().now();
  if (request.route == Route::output && row->state == ProcessState::succeeded) {
    const OutputId output = request.ticket.output;
    auto fetch = [this, output](CallInfo told) {
      return world_.objects().get(node_, output, told);
    };
    auto manifest = co_await objects_.call<Manifest>(fetch, info);
    if (!manifest.ok() && manifest.failure() != Failure::not_found) co_return manifest.failure();
    value.facts.manifest = manifest.ok();
    value.facts.validated = manifest.ok() && manifest->validated;
    if (manifest.ok() && manifest->published > value.facts.ready) {
      value.facts.ready = manifest->published;
    }
  }
  co_return value;
}

}  // namespace wavetank::service
