#pragma once
// SimCache: one server with one thread and the TTL/LRU model behind it. An invalidation with a
// cause leaves a tombstone for a while.

#include "sim/world/env.h"
#include "sim/world/models/lru_ttl_cache.h"
#include "sim/world/serving.h"

namespace wavetank::sim {

class SimCache final : public Cache {
 public:
  explicit SimCache(Env& env);
  NodeId server() const override { return server_; }
  Servers& thread() { return thread_; }

  void flush() { model_.flush(); }
  /// While stale, nothing expires and entries that are there are neither replaced nor removed.
  void set_stale(bool stale);

 private:
  struct Entry {
    CacheValue value;
    EventId tombstone = 0;
  };

  void submit(Call& call) override;
  template <class V>
  Task<void> serve(Taken<V> call);
  Result<verb::CacheGet::Reply> apply(const CallOf<verb::CacheGet>& call);
  Result<Done> apply(const CallOf<verb::CachePut>& call);
  Result<Done> apply(const CallOf<verb::CacheInvalidate>& call);
  Time clock() const { return stale_since_ == time_max ? loop_.now() : stale_since_; }

  Env& env_;
  NodeId server_;
  Servers thread_;
  Sampler service_;
  LruTtlCache<std::uint64_t, Entry> model_;
  Time stale_since_ = time_max;
};

}  // namespace wavetank::sim
