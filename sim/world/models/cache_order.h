#pragma once
// A cache's settings, and what it knows of its entries besides key and value: cost, order of use
// and time of expiry. Entries are numbered from 0 without gaps, and numbers are used again.

#include <cstdint>
#include <limits>
#include <vector>

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

class CacheOrder {
 public:
  static constexpr std::uint32_t none = 0xffffffffu;

  /// A new entry, the most recently used. `hash` is kept for the owner's index.
  std::uint32_t add(std::uint64_t hash);
  void remove(std::uint32_t entry);
  void clear();

  /// Also makes the entry the most recently used one.
  void set(std::uint32_t entry, std::int64_t cost, Time expires);
  void touch(std::uint32_t entry);

  std::int64_t cost(std::uint32_t entry) const { return entries_[entry].cost; }
  std::uint64_t hash(std::uint32_t entry) const { return entries_[entry].hash; }
  /// The sum of all costs.
  std::int64_t used() const { return used_; }
  /// The least recently used entry, or none.
  std::uint32_t oldest() const { return oldest_; }
  /// An entry that has expired by now, or none.
  std::uint32_t next_expired(Time now) const {
    return !expiry_.empty() && expiry_.top().at <= now ? expiry_.top().entry : none;
  }

 private:
  struct Entry {
    std::int64_t cost = 0;
    std::uint64_t hash = 0;
    std::uint32_t newer = none;  // also the link of the free list
    std::uint32_t older = none;
    std::uint32_t position = not_in_heap;
  };
  struct Expiry {
    Time at;
    std::uint32_t entry;
    bool operator<(const Expiry& o) const { return at != o.at ? at < o.at : entry < o.entry; }
  };

  void set_expiry(std::uint32_t entry, Time expires);
  void unlink(std::uint32_t entry);
  void link_newest(std::uint32_t entry);

  std::vector<Entry> entries_;
  IndexedHeap<Expiry> expiry_;  // without those that never expire
  std::uint32_t newest_ = none;
  std::uint32_t oldest_ = none;
  std::uint32_t free_ = none;
  std::int64_t used_ = 0;
};

}  // namespace wavetank::sim
