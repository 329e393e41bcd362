// The contract of the cache port: what was put is found until its TTL ends or it is invalidated,
// and a cache that is away refuses instead of lying.

#include "tests/contract/trial.h"

using namespace wavetank;
using namespace wavetank::contract;

namespace {

struct Shelf {
  Trial& t;
  Cache& cache() const { return t.world().cache(); }

  auto get(CacheKey key) const {
    return t.ask([&] { return cache().get(t.caller(), key, t.info()); });
  }
  bool holds(CacheKey key) const {
    const auto reply = get(key);
    return reply.ok() && reply->hit;
  }
  auto put(CacheKey key, Duration ttl = hours(1), Duration within = whole_seconds(30)) const {
    verb::CachePut::Args args;
    args.key = key;
    args.ttl = ttl;
    args.value.process = ProcessId{key.output.value};
    args.value.facts.state = ProcessState::succeeded;
    args.value.facts.manifest = true;
    args.value.filled = t.now();
    return t.ask([&] { return cache().put(t.caller(), args, t.info(within)); });
  }
  auto invalidate(CacheKey key, EventId cause = 0, Duration within = whole_seconds(30)) const {
    const verb::CacheInvalidate::Args args{key, cause};
    return t.ask([&] { return cache().invalidate(t.caller(), args, t.info(within)); });
  }
};

constexpr CacheKey status{Cached::status, OutputId{5}};
constexpr CacheKey output{Cached::output, OutputId{5}};

/// Runs a body against the cache of each world.
template <class Body>
void on_each_shelf(Body body) {
  on_each_world([&](Trial& t) {
    t.boot();
    body(t, Shelf{t});
  });
}

}  // namespace

TEST_CASE("contract cache: a value is found under its own key, as it was put") {
  on_each_shelf([](Trial& t, const Shelf& shelf) {
    CHECK(!shelf.holds(status));
    const Time filled = t.now();
    CHECK(shelf.put(status).ok());
    const auto found = shelf.get(status);
    REQUIRE(found.ok());
    REQUIRE(found->hit);
    CHECK(found->value.process == ProcessId{5});
    CHECK(found->value.facts.state == ProcessState::succeeded);
    CHECK(found->value.facts.manifest);
    CHECK(!found->value.facts.validated);
    CHECK(found->value.filled == filled);
    CHECK(!shelf.holds(output));
    CHECK(!shelf.holds({Cached::status, OutputId{6}}));
  });
}

TEST_CASE("contract cache: an entry is gone when its TTL ends") {
  on_each_shelf([](Trial& t, const Shelf& shelf) {
    CHECK(shelf.put(status, whole_seconds(3)).ok());
    CHECK(shelf.put(output, hours(1)).ok());
    t.wait(whole_seconds(1));
    CHECK(shelf.holds(status));
    t.wait(whole_seconds(3));
    CHECK(!shelf.holds(status));
    CHECK(shelf.holds(output));
  });
}

TEST_CASE("contract cache: an invalidated entry is a miss that names the cause") {
  on_each_shelf([](Trial&, const Shelf& shelf) {
    CHECK(shelf.put(status).ok());
    CHECK(shelf.put(output).ok());
    CHECK(shelf.invalidate(status).ok());
    CHECK(!shelf.holds(status));
    CHECK(shelf.get(status)->invalidated_by == 0);
    CHECK(shelf.invalidate(output, 77).ok());
    const auto missed = shelf.get(output);
    CHECK(!missed->hit);
    CHECK(missed->invalidated_by != 0);
    CHECK(shelf.put(output).ok());
    CHECK(shelf.holds(output));
    CHECK(shelf.invalidate({Cached::output, OutputId{999}}).ok());
  });
}

TEST_CASE("contract cache: a put or an invalidation whose answer was lost has happened") {
  on_each_shelf([](Trial& t, const Shelf& shelf) {
    const Planted put(t, Op::cache_put, Verdict::lose_reply());
    CHECK(failure_of(shelf.put(status, hours(1), whole_seconds(1))) == Failure::timeout);
    CHECK(shelf.holds(status));
    const Planted invalidate(t, Op::cache_invalidate, Verdict::lose_reply());
    CHECK(failure_of(shelf.invalidate(status, 0, whole_seconds(1))) == Failure::timeout);
    CHECK(!shelf.holds(status));
  });
}

TEST_CASE("contract cache: a lost invalidation leaves the old entry") {
  on_each_shelf([](Trial& t, const Shelf& shelf) {
    CHECK(shelf.put(status).ok());
    const Planted rule(t, Op::cache_invalidate, Verdict::lose_request());
    CHECK(!shelf.invalidate(status, 0, whole_seconds(1)).ok());
    t.wait(whole_seconds(1));
    CHECK(shelf.holds(status));
  });
}

TEST_CASE("contract cache: a server that is down refuses, and comes back empty") {
  on_each_shelf([](Trial& t, const Shelf& shelf) {
    CHECK(shelf.put(status).ok());
    const NodeId server = shelf.cache().server();
    t.world().controls().crash(server);
    t.wait(milliseconds(100));
    CHECK(failure_of(shelf.get(status)) == Failure::refused);
    t.world().controls().restart(server);
    t.wait(milliseconds(100));
    CHECK(shelf.get(status).ok());
    CHECK(!shelf.holds(status));
    CHECK(shelf.put(status).ok());
    t.world().controls().flush_cache();
    CHECK(!shelf.holds(status));
  });
}

TEST_CASE("contract cache: a stale cache goes on telling what it held") {
  on_each_shelf([](Trial& t, const Shelf& shelf) {
    CHECK(shelf.put(status, whole_seconds(2)).ok());
    t.world().controls().stale_cache(true);
    CHECK(shelf.invalidate(status).ok());
    t.wait(whole_seconds(3));
    CHECK(shelf.holds(status));
    t.world().controls().stale_cache(false);
    CHECK(!shelf.holds(status));
  });
}
