// The cache on Redis, beyond its contract: what is stored, what is noted, and hard days.

#include "system/live/redis_cache.h"

#include <doctest/doctest.h>

#include <atomic>
#include <optional>

#include "system/live/redis_keys.h"
#include "tests/live/fixture.h"
#include "tests/live/scripted.h"

using namespace wavetank;
using namespace wavetank::live;

namespace {

constexpr CacheKey status{Cached::status, OutputId{5}};
constexpr CacheKey output{Cached::output, OutputId{5}};

CacheValue value_at(Time now) {
  CacheValue value;
  value.process = ProcessId{17};
  value.facts.state = ProcessState::succeeded;
  value.facts.manifest = true;
  value.facts.ready = now + whole_seconds(1);
  value.facts.fresh_by = now + minutes(15);
  value.facts.fresh_for = hours(3);
  value.filled = now;
  return value;
}

/// A cache on a bench of its own, whose keys go when it goes.
struct Shelf {
  explicit Shelf(const Target& of, bool clean = true)
      : target(of),
        clean(clean),
        bench(target),
        cache(bench.core.env),
        noted(bench.core.history) {}
  ~Shelf() {
    if (clean) delete_keys(target, run());
  }
  const std::string& run() const { return bench.core.env.run; }

  auto get(CacheKey key, Duration within = whole_seconds(20)) {
    return bench.ask([&] { return cache.get(bench.caller, key, bench.info(within)); });
  }
  bool holds(CacheKey key) {
    const auto reply = get(key);
    return reply.ok() && reply->hit;
  }
  auto put(CacheKey key, Duration ttl = hours(1)) {
    const verb::CachePut::Args args{key, value_at(bench.core.clock.now()), ttl};
    return bench.ask([&] { return cache.put(bench.caller, args, bench.info()); });
  }
  auto invalidate(CacheKey key, EventId cause) {
    const verb::CacheInvalidate::Args args{key, cause};
    return bench.ask([&] { return cache.invalidate(bench.caller, args, bench.info()); });
  }

  const Target& target;
  bool clean;
  Bench bench;
  RedisCache cache;
  Noted noted;
};

/// A target whose cache is a scripted server, with one connection.
Target scripted(const ScriptedServer& server) {
  Target target;
  target.cache.port = server.port();
  target.cache.connections = 1;
  return target;
}

}  // namespace

TEST_CASE("live cache: an entry comes back with every field as it went, until its TTL ends") {
  const Target* target = cluster();
  if (target == nullptr) return;
  Shelf shelf(*target);
  CHECK(!shelf.holds(status));
  const CacheValue sent = value_at(shelf.bench.core.clock.now());
  const verb::CachePut::Args args{status, sent, milliseconds(1'500)};
  CHECK(shelf.bench.ask([&] {
    return shelf.cache.put(shelf.bench.caller, args, shelf.bench.info());
  }).ok());
  const auto found = shelf.get(status);
  REQUIRE(found->hit);
  CHECK(found->value.process == sent.process);
  CHECK(found->value.facts.state == ProcessState::succeeded);
  CHECK(found->value.facts.manifest);
  CHECK(!found->value.facts.validated);
  CHECK(found->value.facts.ready == sent.facts.ready);
  CHECK(found->value.facts.fresh_by == sent.facts.fresh_by);
  CHECK(found->value.facts.fresh_for == hours(3));
  CHECK(found->value.filled == sent.filled);
  CHECK(!shelf.holds(output));
  RedisSession aside(target->cache);
  const std::string key = key_of(key_prefix(target->cache, shelf.run()), status);
  const std::int64_t left = aside.ask({"PTTL", key}, whole_seconds(5)).number;
  CHECK(left > 0);
  CHECK(left <= 1'500);
  const bool gone = shelf.bench.wait_for([&] {
    return aside.ask({"EXISTS", key}, whole_seconds(5)).number == 0;
  });
  CHECK(gone);
  CHECK(!shelf.holds(status));
}

TEST_CASE("live cache: a miss after an invalidation names the event of it") {
  const Target* target = cluster();
  if (target == nullptr) return;
  Shelf shelf(*target);
  CHECK(shelf.put(status).ok());
  CHECK(shelf.put(output).ok());
  CHECK(shelf.invalidate(status, 0).ok());
  CHECK(shelf.get(status)->invalidated_by == 0);
  CHECK(shelf.invalidate(output, 0xfedcba9876543210u).ok());
  REQUIRE(shelf.noted.kinds() ==
          std::vector{EventKind::cache_invalidated, EventKind::cache_invalidated});
  const Event& event = shelf.noted.events.back();
  CHECK(event.cause == 0xfedcba9876543210u);
  CHECK(event.node == shelf.cache.server());
  const auto missed = shelf.get(output);
  CHECK(!missed->hit);
  CHECK(missed->invalidated_by == event.id());
  CHECK(shelf.put(output).ok());
  CHECK(shelf.holds(output));
}

TEST_CASE("live cache: flush and clean-up touch the keys of one run only") {
  const Target* target = cluster();
  if (target == nullptr) return;
  Target odd = *target;
  odd.cache.prefix += "odd[*]?\\";
  Shelf ours(odd);
  Shelf others(odd);
  RedisSession aside(target->cache);
  const std::string foreign = target->cache.prefix + "odd*" + ours.run() + ":status:5";
  aside.ask({"SET", foreign, "mine", "PX", "60000"}, whole_seconds(5));
  for (std::uint32_t i = 0; i < 30; ++i) CHECK(ours.put({Cached::status, OutputId{i}}).ok());
  CHECK(others.put(status).ok());
  CHECK(count_keys(odd, ours.run()) == 30);
  ours.cache.flush();
  CHECK(!ours.holds(status));
  CHECK(count_keys(odd, ours.run()) == 0);
  CHECK(others.holds(status));
  CHECK(ours.put(status).ok());
  CHECK(delete_keys(odd, ours.run()) == 1);
  CHECK(count_keys(odd, others.run()) == 1);
  CHECK(aside.ask({"GET", foreign}, whole_seconds(5)).text == "mine");
  CHECK(aside.ask({"UNLINK", foreign}, whole_seconds(5)).number == 1);
  CHECK_THROWS_AS(delete_keys(odd, ""), RedisError);
}

TEST_CASE("live cache: while stale it keeps what it holds, and afterwards only what is due") {
  const Target* target = cluster();
  if (target == nullptr) return;
  Shelf shelf(*target);
  CHECK(shelf.put(status, whole_seconds(1)).ok());
  CHECK(shelf.put(output, hours(1)).ok());
  shelf.cache.set_stale(true);
  CHECK(shelf.invalidate(output, 9).ok());
  CHECK(shelf.put({Cached::status, OutputId{6}}, hours(1)).ok());
  shelf.bench.wait(milliseconds(1'100));
  CHECK(shelf.holds(status));
  CHECK(shelf.holds(output));
  for (const Event& event : shelf.noted.events) {
    CHECK(event.kind == EventKind::cache_stale_served);
  }
  shelf.cache.set_stale(false);
  CHECK(!shelf.holds(status));
  CHECK(shelf.cache.troubles().empty());
  CHECK(shelf.holds(output));
  CHECK(shelf.holds({Cached::status, OutputId{6}}));
  RedisSession aside(target->cache);
  const std::string prefix = key_prefix(target->cache, shelf.run());
  scan_keys(aside, prefix, [&](const std::vector<std::string>& keys) {
    for (const std::string& key : keys) {
      CHECK(aside.ask({"PTTL", key}, whole_seconds(5)).number > 0);
    }
  });
}

TEST_CASE("live cache: what cannot be read is a miss") {
  const Target* target = cluster();
  if (target == nullptr) return;
  Shelf shelf(*target);
  RedisSession aside(target->cache);
  const std::string key = key_of(key_prefix(target->cache, shelf.run()), status);
  for (const char* text : {"", "7", "{", "{}", "{\"invalidated_by\":-1}", "{\"process\":1e99}"}) {
    CAPTURE(text);
    aside.ask({"SET", key, text}, whole_seconds(5));
    const auto reply = shelf.get(status);
    REQUIRE(reply.ok());
    CHECK(!reply->hit);
  }
  aside.ask({"UNLINK", key}, whole_seconds(5));
  aside.ask({"LPUSH", key, "a list"}, whole_seconds(5));
  CHECK(shelf.get(status).failure() == Failure::invalid);
  CHECK(shelf.put(status).ok());
  CHECK(shelf.holds(status));
}

TEST_CASE("live cache: nobody listens, a wrong password, none where one is asked for") {
  const Target* cluster_target = cluster();
  if (cluster_target == nullptr) return;
  Target target = *cluster_target;
  target.cache.port = closed_port();
  {
    Shelf shelf(target, false);
    CHECK(shelf.get(status).failure() == Failure::refused);
    CHECK(shelf.cache.last_error().find("refused") != std::string::npos);
  }
  target = *cluster_target;
  target.cache.password = secret("WAVETANK_TEST_WRONG", "s3cr3t");
  {
    Shelf shelf(target, false);
    CHECK(shelf.get(status).failure() == Failure::unavailable);
    CHECK(shelf.cache.last_error().find("cache at ") != std::string::npos);
    CHECK(shelf.cache.last_error().find("s3cr3t") == std::string::npos);
    std::optional<Result<Done>> probed;
    shelf.cache.probe([&](Result<Done> result) { probed = result; });
    REQUIRE(shelf.bench.wait_for([&] { return probed.has_value(); }));
    CHECK(probed->failure() == Failure::unavailable);
  }
  if (!cluster_target->cache.password.given()) return;
  target.cache.password = Secret();
  Shelf shelf(target, false);
  CHECK(shelf.put(status).failure() == Failure::unavailable);
}

TEST_CASE("live cache: a late answer is never taken for the next one's") {
  std::atomic<int> connections = 0;
  ScriptedServer server([&](int socket) {
    if (++connections > 1) return answer_each(socket, {"$-1\r\n"});
    char bytes[4'096];
    if (::read(socket, bytes, sizeof bytes) <= 0) return;
    answer_each(socket, {"$20\r\n{\"invalidated_by\":13}\r\n"});  // only once more was sent
  });
  const Target target = scripted(server);
  Shelf shelf(target, false);
  CHECK(shelf.get(status, milliseconds(60)).failure() == Failure::timeout);
  const auto next = shelf.get(output);
  REQUIRE(next.ok());
  CHECK(next->invalidated_by == 0);
  CHECK(connections == 2);
}

TEST_CASE("live cache: a connection that breaks is a reset, and the next call has another") {
  std::atomic<int> connections = 0;
  ScriptedServer server([&](int socket) {
    if (++connections > 1) return answer_each(socket, {"$-1\r\n"});
    char bytes[4'096];
    CHECK(::read(socket, bytes, sizeof bytes) > 0);
  });
  const Target target = scripted(server);
  Shelf shelf(target, false);
  CHECK(shelf.get(status).failure() == Failure::reset);
  CHECK(shelf.get(status).ok());
}

TEST_CASE("live cache: a session that ended while it was idle is opened again unseen") {
  std::atomic<int> connections = 0;
  std::atomic<bool> closed = false;
  ScriptedServer server([&](int socket) {
    if (++connections > 1) return answer_each(socket, {"$-1\r\n"});
    char bytes[4'096];
    if (::read(socket, bytes, sizeof bytes) <= 0) return;
    if (::write(socket, "$-1\r\n", 5) != 5) return;
    ::shutdown(socket, SHUT_RDWR);
    closed = true;
  });
  const Target target = scripted(server);
  Shelf shelf(target, false);
  CHECK(shelf.get(status).ok());
  REQUIRE(shelf.bench.wait_for([&] { return closed.load(); }));
  CHECK(shelf.get(status).ok());
  CHECK(connections == 2);
}

TEST_CASE("live cache: a full server refuses puts and still invalidates") {
  const std::string full = "-OOM command not allowed when used memory > 'maxmemory'.\r\n";
  ScriptedServer server([&](int socket) { answer_each(socket, {full, full, ":1\r\n"}); });
  const Target target = scripted(server);
  Shelf shelf(target, false);
  CHECK(shelf.put(status).failure() == Failure::refused);
  CHECK(shelf.invalidate(status, 9).ok());
  CHECK(shelf.noted.events.size() == 1);
}

TEST_CASE("live cache: a flush, and what stale does and takes back, are told where they fail") {
  ScriptedServer server([&](int socket) {
    const std::string refused = "-ERR out of order\r\n";
    answer_each(socket, {refused, refused, refused, "$-1\r\n"});
  });
  const Target target = scripted(server);
  Shelf shelf(target, false);
  const auto failed = [&shelf](std::size_t times, const std::string& words) {
    const auto& troubles = shelf.cache.troubles();
    REQUIRE(shelf.bench.wait_for([&] { return troubles.size() == times; }));
    CHECK(troubles.back().starts_with(words));
    CHECK(troubles.back().find("out of order") != std::string::npos);
  };
  shelf.cache.flush();
  failed(1, "the run's cache entries could not all be removed: ");
  shelf.cache.set_stale(true);
  failed(2, "the run's cache entries could not all be kept from expiring: ");
  shelf.cache.set_stale(false);
  failed(3, "the run's cache entries were not all given an end again");
  CHECK(shelf.get(status).ok());
  CHECK(shelf.cache.troubles().size() == 3);
}

TEST_CASE("live cache: a server without a free place throttles, one that starts refuses") {
  std::atomic<int> connections = 0;
  ScriptedServer server([&](int socket) {
    const bool first = ++connections == 1;
    answer_each(socket, {first ? "-ERR max number of clients reached\r\n"
                               : "-LOADING Redis is loading the dataset in memory\r\n"});
  });
  const Target target = scripted(server);
  Shelf shelf(target, false);
  CHECK(shelf.get(status).failure() == Failure::throttled);
  CHECK(shelf.get(status).failure() == Failure::refused);
}

TEST_CASE("live cache: a server whose node is down refuses, and its keys are gone") {
  const Target* target = cluster();
  if (target == nullptr) return;
  Shelf shelf(*target);
  CHECK(shelf.put(status).ok());
  shelf.bench.core.hosts.boot_all();
  shelf.bench.core.hosts.crash(shelf.cache.server());
  CHECK(shelf.get(status).failure() == Failure::refused);
  shelf.bench.core.hosts.restart(shelf.cache.server());
  REQUIRE(shelf.get(status).ok());
  CHECK(!shelf.holds(status));
}
