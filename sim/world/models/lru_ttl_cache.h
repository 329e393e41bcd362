#pragma once
// A cache with a capacity, a time to live per entry and an eviction policy, as Redis has them.
//
// An entry is visible while now < expires and never after; expired entries make room before
// anything live is evicted. `lru` evicts the least recently used entry (exactly; Redis approximates
// by sampling). `noeviction`, Redis' default, refuses a put that does not fit and keeps the old
// value. Capacity and cost share one unit, entries or bytes, that the caller chooses.

#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "sim/world/models/hash_index.h"
#include "sim/world/models/indexed_heap.h"
#include "system/base/time.h"

namespace wavetank::sim {

enum class Eviction : std::uint8_t { noeviction, lru };

struct CacheSettings {
  std::int64_t capacity = std::numeric_limits<std::int64_t>::max();
  Eviction eviction = Eviction::noeviction;
};

struct CacheCounts {
  std::int64_t hits = 0;
  std::int64_t misses = 0;
  std::int64_t evictions = 0;
  std::int64_t expired = 0;
  std::int64_t refused = 0;
};

template <class Key, class Value, class Hash = IntegerHash>
class LruTtlCache {
 public:
  explicit LruTtlCache(CacheSettings settings = {}) : settings_(settings) {}

  /// The value, or nullptr; valid until the cache is next changed.
  const Value* get(const Key& key, Time now) {
    const std::uint32_t at = locate(key, Hash{}(key));
    if (at != HashIndex::none) {
      if (now < nodes_[at].expires) {
        ++counts_.hits;
        if (settings_.eviction == Eviction::lru) touch(at);
        return &nodes_[at].value;
      }
      drop_expired(at);
    }
    ++counts_.misses;
    return nullptr;
  }

  /// Whether the value was stored. An entry with `expires` = time_max never expires.
  bool put(const Key& key, Value value, Time expires, Time now, std::int64_t cost = 1) {
    while (!expiry_.empty() && expiry_.top().at <= now) drop_expired(expiry_.top().node);
    const std::uint64_t hash = Hash{}(key);
    std::uint32_t at = locate(key, hash);
    const std::int64_t others = used_ - (at == HashIndex::none ? 0 : upkeep_[at].cost);
    const std::int64_t room =
        settings_.capacity - (settings_.eviction == Eviction::lru ? 0 : others);
    if (cost > room) {
      ++counts_.refused;
      return false;
    }
    if (at == HashIndex::none) {
      at = take_node(key, hash);
    } else {
      unlink(at);
    }
    Node& node = nodes_[at];
    node.value = std::move(value);
    upkeep_[at].cost = cost;
    used_ = others + cost;
    set_expiry(at, expires);
    link_front(at);
    while (used_ > settings_.capacity) {
      ++counts_.evictions;
      remove(oldest_);
    }
    return true;
  }

  /// Whether there was an entry, live or expired.
  bool erase(const Key& key) {
    const std::uint32_t at = locate(key, Hash{}(key));
    if (at == HashIndex::none) return false;
    remove(at);
    return true;
  }

  /// Forgets every entry at once; counts go on.
  void flush() {
    index_.clear();
    expiry_.clear();
    nodes_.clear();
    upkeep_.clear();
    newest_ = oldest_ = free_ = none;
    used_ = 0;
  }

  /// A smaller capacity takes effect at the next put.
  void set_capacity(std::int64_t capacity) { settings_.capacity = capacity; }

  const CacheCounts& counts() const { return counts_; }
  /// Entries held, those included that expired and were not touched since.
  std::size_t size() const { return index_.size(); }
  std::int64_t used() const { return used_; }

 private:
  static constexpr std::uint32_t none = HashIndex::none;

  /// What a read looks at ...
  struct Node {
    Key key{};
    Time expires{};
    Value value{};
  };
  /// ... and what only changes need, apart from it to spare the processor's caches.
  struct Upkeep {
    std::int64_t cost = 0;
    std::uint64_t hash = 0;
    std::uint32_t newer = none;  // also the link of the free list
    std::uint32_t older = none;
    std::uint32_t position = not_in_heap;
  };
  struct Expiry {
    Time at;
    std::uint32_t node;
    bool operator<(const Expiry& o) const { return at != o.at ? at < o.at : node < o.node; }
  };

  auto keep_position() {
    return [this](const Expiry& e, std::uint32_t position) { upkeep_[e.node].position = position; };
  }

  std::uint32_t locate(const Key& key, std::uint64_t hash) const {
    return index_.find(hash, [&](std::uint32_t at) { return nodes_[at].key == key; });
  }

  std::uint32_t take_node(const Key& key, std::uint64_t hash) {
    std::uint32_t at = free_;
    if (at == none) {
      at = static_cast<std::uint32_t>(nodes_.size());
      nodes_.emplace_back();
      upkeep_.emplace_back();
    } else {
      free_ = upkeep_[at].newer;
    }
    nodes_[at].key = key;
    upkeep_[at].hash = hash;
    index_.insert(hash, at);
    return at;
  }

  void set_expiry(std::uint32_t at, Time expires) {
    nodes_[at].expires = expires;
    const std::uint32_t position = upkeep_[at].position;
    const bool indexed = position != not_in_heap;
    if (expires == time_max) {
      if (indexed) expiry_.erase(position, keep_position());
    } else if (indexed) {
      expiry_.update(position, {expires, at}, keep_position());
    } else {
      expiry_.push({expires, at}, keep_position());
    }
  }

  void drop_expired(std::uint32_t at) {
    ++counts_.expired;
    remove(at);
  }

  void remove(std::uint32_t at) {
    Upkeep& node = upkeep_[at];
    if (node.position != not_in_heap) expiry_.erase(node.position, keep_position());
    index_.erase(node.hash, at);
    unlink(at);
    used_ -= node.cost;
    node.newer = free_;
    free_ = at;
  }

  void touch(std::uint32_t at) {
    if (at == newest_) return;
    unlink(at);
    link_front(at);
  }

  void unlink(std::uint32_t at) {
    const Upkeep& node = upkeep_[at];
    (node.newer == none ? newest_ : upkeep_[node.newer].older) = node.older;
    (node.older == none ? oldest_ : upkeep_[node.older].newer) = node.newer;
  }

  void link_front(std::uint32_t at) {
    upkeep_[at].newer = none;
    upkeep_[at].older = newest_;
    (newest_ == none ? oldest_ : upkeep_[newest_].newer) = at;
    newest_ = at;
  }

  CacheSettings settings_;
  CacheCounts counts_;
  HashIndex index_;
  IndexedHeap<Expiry> expiry_;
  std::vector<Node> nodes_;
  std::vector<Upkeep> upkeep_;  // of the node with the same index
  std::uint32_t newest_ = none;
  std::uint32_t oldest_ = none;
  std::uint32_t free_ = none;
  std::int64_t used_ = 0;
};

}  // namespace wavetank::sim
