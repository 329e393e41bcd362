#pragma once
// A cache with a capacity, a time to live per entry and an eviction policy, as Redis has them.
//
// An entry is visible while now < expires and never after; expired entries make room before
// anything live is evicted. `lru` evicts the least recently used entry (exactly; Redis approximates
// by sampling). `noeviction`, Redis' default, refuses a put that does not fit and keeps the old
// value. Capacity and cost share one unit, entries or bytes, that the caller chooses.

#include <cstdint>
#include <utility>
#include <vector>

#include "sim/world/models/cache_order.h"
#include "sim/world/models/hash_index.h"
#include "system/base/time.h"

namespace wavetank::sim {

template <class Key, class Value, class Hash = IntegerHash>
class LruTtlCache {
 public:
  explicit LruTtlCache(CacheSettings settings = {}) : settings_(settings) {}

  /// The value, or nullptr; valid until the cache is next changed.
  const Value* get(const Key& key, Time now) {
    const std::uint32_t at = locate(key, Hash{}(key));
    if (at != none) {
      if (now < entries_[at].expires) {
        ++counts_.hits;
        if (settings_.eviction == Eviction::lru) order_.touch(at);
        return &entries_[at].value;
      }
      drop_expired(at);
    }
    ++counts_.misses;
    return nullptr;
  }

  /// Whether the value was stored. An entry with `expires` = time_max never expires.
  bool put(const Key& key, Value value, Time expires, Time now, std::int64_t cost = 1) {
    for (std::uint32_t at = order_.next_expired(now); at != none; at = order_.next_expired(now)) {
      drop_expired(at);
    }
    const std::uint64_t hash = Hash{}(key);
    std::uint32_t at = locate(key, hash);
    std::int64_t room = settings_.capacity;
    if (settings_.eviction == Eviction::noeviction) {
      room -= order_.used() - (at == none ? 0 : order_.cost(at));
    }
    if (cost > room) {
      ++counts_.refused;
      return false;
    }
    if (at == none) {
      at = order_.add(hash);
      if (at == entries_.size()) entries_.emplace_back();
      entries_[at].key = key;
      index_.insert(hash, at);
    }
    entries_[at].value = std::move(value);
    entries_[at].expires = expires;
    order_.set(at, cost, expires);
    for (; order_.used() > settings_.capacity; ++counts_.evictions) remove(order_.oldest());
    return true;
  }

  /// Whether there was an entry, live or expired.
  bool erase(const Key& key) {
    const std::uint32_t at = locate(key, Hash{}(key));
    if (at != none) remove(at);
    return at != none;
  }

  /// Forgets every entry at once; counts go on.
  void flush() {
    index_.clear();
    order_.clear();
    entries_.clear();
  }

  /// A smaller capacity takes effect at the next put.
  void set_capacity(std::int64_t capacity) { settings_.capacity = capacity; }

  const CacheCounts& counts() const { return counts_; }
  /// Entries held, those included that expired and were not touched since.
  std::size_t size() const { return index_.size(); }
  std::int64_t used() const { return order_.used(); }

 private:
  static constexpr std::uint32_t none = CacheOrder::none;
  static_assert(none == HashIndex::none);

  /// What a read looks at; the rest is apart, to spare the processor's caches.
  struct Entry {
    Key key{};
    Time expires{};
    Value value{};
  };

  std::uint32_t locate(const Key& key, std::uint64_t hash) const {
    return index_.find(hash, [&](std::uint32_t at) { return entries_[at].key == key; });
  }
  void drop_expired(std::uint32_t at) {
    ++counts_.expired;
    remove(at);
  }
  void remove(std::uint32_t at) {
    index_.erase(order_.hash(at), at);
    order_.remove(at);
  }

  CacheSettings settings_;
  CacheCounts counts_;
  HashIndex index_;
  CacheOrder order_;
  std::vector<Entry> entries_;
};

}  // namespace wavetank::sim
