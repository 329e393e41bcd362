#include "system/live/redis_cache.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "system/live/redis_keys.h"

namespace wavetank::live {
namespace {

using Clock = std::chrono::steady_clock;

constexpr Duration tombstone_life = whole_seconds(30);
constexpr Duration command_max = whole_seconds(10);

std::string in_ms(Duration d) {
  return std::to_string(std::max<std::int64_t>(1, d.ns / milliseconds(1).ns));
}

/// Gives every key the TTL that its entry still has.
void restore(RedisSession& session, const std::string& prefix, const LiveClock& clock) {
  scan_keys(session, prefix, [&](const std::vector<std::string>& keys) {
    for (const std::string& key : keys) {
      const RedisAnswer text = session.ask({"GET", key}, command_max);
      const auto entry = decode_cache_entry(text.text, clock);
      const Duration left = entry ? entry->expires - clock.now() : Duration{};
      if (entry && entry->tombstone != 0) {
        session.ask({"PEXPIRE", key, in_ms(tombstone_life)}, command_max);
      } else if (left > Duration{}) {
        session.ask({"PEXPIRE", key, in_ms(left)}, command_max);
      } else {
        session.ask({"UNLINK", key}, command_max);
      }
    }
  });
}

void persist(RedisSession& session, const std::string& prefix) {
  scan_keys(session, prefix, [&](const std::vector<std::string>& keys) {
    for (const std::string& key : keys) session.ask({"PERSIST", key}, command_max);
  });
}

}  // namespace

/// What a job brings back from its thread.
template <class Found>
struct RedisCache::Outcome {
  std::optional<Found> found;
  Failure failure{};
  std::string error;
};

RedisCache::RedisCache(LiveEnv& env)
    : Cache(env.loop, env.gate, env.history),
      env_(env),
      server_(env.hosts.add("cache").id()),
      prefix_(key_prefix(env.target.cache, env.run)),
      pending_(*this),
      pool_(static_cast<std::size_t>(env.target.cache.connections),
            [this] { return std::make_unique<RedisSession>(env_.target.cache); }) {
  env.hosts.on_crash([this](NodeId node) {
    if (node == server_) flush();
  });
}

void RedisCache::submit(Call& call) {
  if (!env_.hosts.up(server_)) {
    call.fail(Failure::refused);
    return complete(call);
  }
  const std::uint64_t number = pending_.put(call);
  if (alone_ > 0) return held_back_.push_back(number);
  start(number);
}

void RedisCache::start(std::uint64_t number) {
  Call* call = pending_.find(number);
  if (call == nullptr) return;
  switch (call->op) {
    case Op::cache_get:
      return start_get(number, static_cast<CallOf<verb::CacheGet>&>(*call));
    case Op::cache_put:
      return start_put(number, static_cast<CallOf<verb::CachePut>&>(*call));
    default:
      return start_invalidate(number, static_cast<CallOf<verb::CacheInvalidate>&>(*call));
  }
}

void RedisCache::start_get(std::uint64_t number, const CallOf<verb::CacheGet>& call) {
  const std::string key = key_of(prefix_, call.args);
  ask<verb::CacheGet>(
      number, call,
      [key](RedisSession& session, Duration within) { return session.ask({"GET", key}, within); },
      [this](const Call& asked, const RedisAnswer& answer) { return found(asked, answer); });
}

Result<verb::CacheGet::Reply> RedisCache::found(const Call& call, const RedisAnswer& answer) {
  verb::CacheGet::Reply reply;
  const auto entry = decode_cache_entry(answer.text, env_.clock);
  if (!entry) return reply;
  if (entry->tombstone != 0) {
    reply.invalidated_by = entry->tombstone;
    return reply;
  }
  reply.hit = true;
  reply.value = entry->value;
  if (stale() && loop_.now() > stale_since_) {
    Event e;
    e.kind = EventKind::cache_stale_served;
    e.ticket.output = static_cast<const CallOf<verb::CacheGet>&>(call).args.output;
    e.ticket.entity = call.info.entity;
    e.ticket.priority = call.info.priority;
    e.node = server_;
    e.value = (loop_.now() - entry->value.filled).ns;
    history_.note(e);
  }
  return reply;
}

void RedisCache::start_put(std::uint64_t number, const CallOf<verb::CachePut>& call) {
  const CacheEntry entry{call.args.value, env_.clock.now() + call.args.ttl, 0};
  std::vector<std::string> words{"SET", key_of(prefix_, call.args.key),
                                 encode(entry, env_.clock)};
  if (stale()) {
    words.push_back("NX");
  } else {
    words.push_back("PX");
    words.push_back(in_ms(call.args.ttl));
  }
  ask<verb::CachePut>(
      number, call,
      [words](RedisSession& session, Duration within) { return session.ask(words, within); },
      [](const Call&, const RedisAnswer&) { return Result<Done>(Done{}); });
}

Event RedisCache::invalidation(const CallOf<verb::CacheInvalidate>& call) const {
  Event e;
  e.kind = EventKind::cache_invalidated;
  e.ticket.output = call.args.key.output;
  e.ticket.entity = call.info.entity;
  e.ticket.priority = call.info.priority;
  e.node = server_;
  e.extra = static_cast<std::int64_t>(call.args.key.kind);
  e.attempt = static_cast<std::uint32_t>(call.args.cause);  // two of them are two events
  e.cause = call.args.cause;
  return e;
}

void RedisCache::start_invalidate(std::uint64_t number, const CallOf<verb::CacheInvalidate>& call) {
  if (stale()) return pending_.answer<verb::CacheInvalidate>(number, Done{});
  const Event event = invalidation(call);
  const std::string key = key_of(prefix_, call.args.key);
  CacheEntry entry;
  if (call.args.cause != 0) entry.tombstone = event.id();
  const std::string tombstone = encode(entry, env_.clock);
  ask<verb::CacheInvalidate>(
      number, call,
      [key, tombstone, named = entry.tombstone != 0](RedisSession& session, Duration within) {
        try {
          if (named) {
            return session.ask({"SET", key, tombstone, "PX", in_ms(tombstone_life)}, within);
          }
        } catch (const RedisError& e) {
          if (e.failure != Failure::refused || e.lost) throw;  // full: the entry goes all the same
        }
        return session.ask({"UNLINK", key}, within);
      },
      [this, event](const Call&, const RedisAnswer&) {
        history_.note(event);
        return Result<Done>(Done{});
      });
}

template <class V, class Work, class Finish>
void RedisCache::ask(std::uint64_t number, const Call& call, Work work, Finish finish) {
  const bool bounded = call.info.deadline != time_max;
  const Duration left = bounded ? call.info.deadline - env_.clock.now() : command_max;
  const auto due = Clock::now() + std::chrono::nanoseconds(std::min(left, command_max).ns);
  const bool cancellable = call.info.cancellable && bounded;
  pool_.submit([=, this](Held& held) {
    const auto still = std::chrono::duration_cast<std::chrono::nanoseconds>(due - Clock::now());
    if (cancellable && still.count() <= 0) {
      env_.inbox.post([this, number] { pending_.drop(number); });
      return;
    }
    const Duration within =
        still.count() > 0 ? Duration{still.count()} : env_.target.cache.connect_timeout;
    Outcome<RedisAnswer> outcome = attempt<RedisAnswer>(
        held, [&](RedisSession& session) { return work(session, within); });
    env_.inbox.post([this, number, finish, outcome = std::move(outcome)] {
      const Call* done = pending_.find(number);
      if (done == nullptr) return;
      if (!outcome.found) {
        last_error_ = outcome.error;
        return pending_.answer<V>(number, outcome.failure);
      }
      pending_.answer<V>(number, finish(*done, *outcome.found));
    });
  });
}

template <class Found, class Work>
RedisCache::Outcome<Found> RedisCache::attempt(Held& held, const Work& work) {
  Outcome<Found> outcome;
  try {
    if (held.is_open() && !held.get().fresh()) held.close();
    outcome.found = work(held.get());
  } catch (const RedisError& e) {
    outcome.failure = e.failure;
    outcome.error = e.what();
    if (e.lost) held.close();
  }
  return outcome;
}

template <class Work>
void RedisCache::alone(const char* failed, Work work) {
  ++alone_;
  pool_.submit([this, failed, work](Held& held) {
    Outcome<Done> outcome = attempt<Done>(held, [&](RedisSession& session) {
      work(session);
      return Done{};
    });
    env_.inbox.post([this, failed, outcome = std::move(outcome)] {
      if (!outcome.found) {
        last_error_ = outcome.error;
        troubles_.push_back(failed + (": " + outcome.error));
      }
      if (--alone_ > 0) return;
      std::vector<std::uint64_t> waiting;
      waiting.swap(held_back_);
      for (const std::uint64_t number : waiting) start(number);
    });
  });
}

void RedisCache::flush() {
  alone("the run's cache entries could not all be removed",
        [prefix = prefix_](RedisSession& session) { unlink_keys(session, prefix); });
}

void RedisCache::set_stale(bool on) {
  if (on == stale()) return;
  stale_since_ = on ? loop_.now() : time_max;
  const char* failed = on ? "the run's cache entries could not all be kept from expiring"
                          : "the run's cache entries were not all given an end again, and may stay "
                            "until wavetank clean";
  alone(failed, [on, prefix = prefix_, &clock = env_.clock](RedisSession& session) {
    on ? persist(session, prefix) : restore(session, prefix, clock);
  });
}

void RedisCache::probe(std::function<void(Result<Done>)> done) {
  pool_.submit([this, done = std::move(done)](Held& held) {
    const Duration within = env_.target.cache.connect_timeout;
    Outcome<RedisAnswer> outcome = attempt<RedisAnswer>(
        held, [&](RedisSession& session) { return session.ask({"PING"}, within); });
    env_.inbox.post([this, done, outcome = std::move(outcome)] {
      if (outcome.found) return done(Done{});
      last_error_ = outcome.error;
      done(outcome.failure);
    });
  });
}

}  // namespace wavetank::live
