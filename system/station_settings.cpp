#include "system/station_settings.h"

namespace wavetank::service {
namespace {

constexpr const char* sharing_names[] = {"fifo", "lifo", "priority", "ps"};
constexpr const char* pattern_names[] = {"look_aside", "read_through"};
constexpr const char* eviction_names[] = {"noeviction", "lru"};

}  // namespace

DependencySettings plain_dependency() {
  DependencySettings plain;
  plain.timeout = {};
  plain.retry.attempts = 1;
  plain.retry.budget = {1};
  plain.breaker.enabled = false;
  return plain;
}

void describe_plain(DependencySettings& settings, Fields& f) {
  f.field("timeout", settings.timeout, {.help = "How long one try may take; 0 is for ever."});
  f.section("retry", settings.retry, {.help = "Sending again after a failure."});
  f.section("breaker", settings.breaker, {.help = "Refusing at once while it keeps failing."});
}

Duration timeout_of(const DependencySettings& settings) {
  return settings.timeout > Duration{} ? settings.timeout : duration_max;
}

void CacheUse::describe(Fields& f) {
  f.field("backend", backend, {.help = "The station behind it; without one it is no cache."});
  f.field("ttl", ttl, {.help = "How long an entry is good for; 0 is for ever."});
  f.field("capacity", capacity, {.help = "Entries of a replica; 0 is no limit."});
  f.field("eviction", eviction, eviction_names, {.help = "What makes room."});
  f.field("pattern", pattern, pattern_names,
          {.help = "Who goes to the backend: the caller, who fills the cache if it still waits "
                   "then, or the cache itself."});
  f.field("single_flight", single_flight,
          {.help = "One load of a key at a time, of a client or of a replica of the cache."});
  f.field("timeout", timeout,
          {.help = "Of a load that is shared or that the cache makes itself; 0 is for ever."});
  f.field("warm", warm,
          {.help = "It starts with the first so many keys, each with a part of its ttl left.",
           .max = 1e8});
}

CallUse::CallUse() : dependency(plain_dependency()) {}

void CallUse::describe(Fields& f) {
  f.field("station", station, {.help = "Which station; without one it calls nobody."});
  describe_plain(dependency, f);
}

StationSettings::StationSettings() {
  service.law.kind = Law::Kind::exponential;
  service.law.a = 0.1;
}

void StationSettings::describe(Fields& f) {
  f.field("name", name, {.help = "What routes, faults and reports call it.", .required = true});
  f.field("servers", servers,
          {.help = "Servers of a replica; 0 is one for each request.", .max = 1e6});
  f.field("service", service, {.help = "How long a request takes one server."});
  f.field("discipline", discipline, sharing_names,
          {.help = "Who goes first: the oldest, the newest, the most urgent; or all share."});
  f.field("queue_limit", queue_limit,
          {.help = "Requests that may wait at a replica; 0 is no limit."});
  f.field("drop_expired", drop_expired,
          {.help = "At its turn a request whose deadline has passed is dropped."});
  f.field("cancel_on_timeout", cancel_on_timeout,
          {.help = "A request whose caller has timed out is dropped, in the queue or in service."});
  f.field("slowdown", slowdown,
          {.help = "Each further request in service makes a service so much longer.", .max = 100});
  f.field("replicas", replicas, {.help = "Each has servers and a queue.", .min = 1, .max = 10000});
  f.field("balance", balance, balance_names, {.help = "Which replica a request goes to."});
  f.field("of", of,
          {.help = "least_loaded looks at so many replicas; 0 is all.",
           .max = static_cast<double>(Balancer::candidates_max)});
  f.section("cache", cache, {.help = "Makes the station a cache in front of another one."});
  f.section("calls", calls,
            {.help = "After its own service a request needs another station; its server waits."});
  f.require(!name.empty(), "name", "it is empty");
  f.require(!cache.used() || !calls.used(), "calls", "a cache calls nobody but its backend");
}

StationSpec StationSettings::spec() const {
  StationSpec spec;
  spec.name = name;
  spec.servers = servers;
  spec.service = service;
  spec.discipline = discipline;
  spec.queue_limit = queue_limit;
  spec.drop_expired = drop_expired;
  spec.cancel_on_timeout = cancel_on_timeout;
  spec.slowdown = slowdown.value;
  spec.holds = calls.used();
  spec.caches = cache.used();
  spec.cache.ttl = cache.ttl;
  spec.cache.capacity = cache.capacity;
  spec.cache.evicts = cache.eviction == CacheEviction::lru;
  spec.cache.warm = cache.warm;
  return spec;
}

}  // namespace wavetank::service
