#include "sim/world/sim_cache.h"

namespace wavetank::sim {
namespace {

constexpr Bytes command{200};
constexpr Duration tombstone_life = whole_seconds(30);

}  // namespace

SimCache::SimCache(Env& env)
    : Cache(env.loop(), env.gate(), env.history()),
      env_(env),
      server_(env.hosts.add("cache").id()),
      thread_(env.loop(), 1),
      service_(env.settings.cache.service),
      model_(CacheSettings{env.settings.cache.entries, env.settings.cache.eviction}) {
  env.hosts.on_crash([this](NodeId node) {
    if (node == server_) model_.flush();
  });
}

void SimCache::submit(Call& call) {
  switch (call.op) {
    case Op::cache_get:
      return env_.root().start(serve<verb::CacheGet>(Taken<verb::CacheGet>(*this, call)));
    case Op::cache_put:
      return env_.root().start(serve<verb::CachePut>(Taken<verb::CachePut>(*this, call)));
    default:
      return env_.root().start(
          serve<verb::CacheInvalidate>(Taken<verb::CacheInvalidate>(*this, call)));
  }
}

template <class V>
Task<void> SimCache::serve(Taken<V> call) {
  const Duration there = env_.network.request(*call, command);
  co_await sleep(loop_, there);
  if (!env_.hosts.up(server_)) {
    call.complete(Failure::refused);
    co_return;
  }
  co_await env_.spend(*call, server_);
  co_await thread_.enter();
  static constexpr Purpose purpose("cache");
  const Duration work = env_.service(service_, *call, purpose);
  co_await sleep(loop_, work);
  thread_.leave();
  call->reply = apply(*call);
  const Duration back = env_.network.reply(*call, command);
  co_await sleep(loop_, back);
  call.complete();
}

Result<verb::CacheGet::Reply> SimCache::apply(const CallOf<verb::CacheGet>& call) {
  verb::CacheGet::Reply reply;
  const Entry* entry = model_.get(call.args.packed(), clock());
  if (entry == nullptr) return reply;
  if (entry->tombstone != 0) {
    reply.invalidated_by = entry->tombstone;
    return reply;
  }
  reply.hit = true;
  reply.value = entry->value;
  if (stale_since_ != time_max && loop_.now() > stale_since_) {
    Event e;
    e.kind = EventKind::cache_stale_served;
    e.ticket.output = call.args.output;
    e.ticket.entity = call.info.entity;
    e.ticket.priority = call.info.priority;
    e.node = server_;
    e.value = (loop_.now() - entry->value.filled).ns;
    history_.note(e);
  }
  return reply;
}

Result<Done> SimCache::apply(const CallOf<verb::CachePut>& call) {
  const std::uint64_t key = call.args.key.packed();
  const Time now = clock();
  if (stale_since_ != time_max && model_.get(key, now) != nullptr) return Done{};
  if (!model_.put(key, Entry{call.args.value, 0}, now + call.args.ttl, now))
    return Failure::refused;
  return Done{};
}

Result<Done> SimCache::apply(const CallOf<verb::CacheInvalidate>& call) {
  const std::uint64_t key = call.args.key.packed();
  if (stale_since_ != time_max) return Done{};
  Event e;
  e.kind = EventKind::cache_invalidated;
  e.ticket.output = call.args.key.output;
  e.ticket.entity = call.info.entity;
  e.ticket.priority = call.info.priority;
  e.node = server_;
  e.extra = static_cast<std::int64_t>(call.args.key.kind);
  e.attempt = static_cast<std::uint32_t>(call.args.cause);  // two of them are two events
  e.cause = call.args.cause;
  const EventId id = history_.note(e);
  model_.erase(key);
  if (call.args.cause != 0) {
    const Time now = loop_.now();
    model_.put(key, Entry{CacheValue{}, id}, now + tombstone_life, now);
  }
  return Done{};
}

void SimCache::set_stale(bool stale) {
  stale_since_ = stale ? loop_.now() : time_max;
}

}  // namespace wavetank::sim
