#include <algorithm>
#include <doctest/doctest.h>
#include <list>
#include <rapidcheck.h>
#include <set>
#include <utility>
#include <vector>

#include "sim/world/models/lru_ttl_cache.h"

using namespace wavetank;
using namespace wavetank::sim;

namespace {

Time at(std::int64_t ns) { return Time{ns}; }

/// The same cache as a list in order of use, searched from its front.
struct PlainCache {
  struct Entry {
    std::uint32_t key;
    int value;
    Time expires;
    std::int64_t cost;
  };
  CacheSettings settings;
  std::list<Entry> entries;  // most recently used first
  CacheCounts counts;

  std::list<Entry>::iterator find(std::uint32_t key) {
    return std::find_if(entries.begin(), entries.end(), [&](auto& e) { return e.key == key; });
  }
  std::int64_t used() const {
    std::int64_t sum = 0;
    for (const Entry& e : entries) sum += e.cost;
    return sum;
  }
  const int* get(std::uint32_t key, Time now) {
    const auto it = find(key);
    if (it == entries.end() || it->expires <= now) {
      counts.expired += it == entries.end() ? 0 : 1;
      if (it != entries.end()) entries.erase(it);
      ++counts.misses;
      return nullptr;
    }
    ++counts.hits;
    entries.splice(entries.begin(), entries, it);
    return &entries.front().value;
  }
  bool put(std::uint32_t key, int value, Time expires, Time now, std::int64_t cost) {
    for (auto it = entries.begin(); it != entries.end();) {
      counts.expired += it->expires <= now ? 1 : 0;
      it = it->expires <= now ? entries.erase(it) : std::next(it);
    }
    const auto old = find(key);
    const std::int64_t others = used() - (old == entries.end() ? 0 : old->cost);
    const bool lru = settings.eviction == Eviction::lru;
    if (cost + (lru ? 0 : others) > settings.capacity) {
      ++counts.refused;
      return false;
    }
    if (old != entries.end()) entries.erase(old);
    entries.push_front({key, value, expires, cost});
    while (used() > settings.capacity) {
      entries.pop_back();
      ++counts.evictions;
    }
    return true;
  }
};

bool same(const CacheCounts& a, const CacheCounts& b) {
  return a.hits == b.hits && a.misses == b.misses && a.evictions == b.evictions &&
         a.expired == b.expired && a.refused == b.refused;
}

}  // namespace

TEST_CASE("an entry is served until it expires and never at its expiry") {
  LruTtlCache<std::uint32_t, int> cache;
  CHECK(cache.put(1, 10, at(100), at(0)));
  CHECK(*cache.get(1, at(99)) == 10);
  CHECK(cache.get(1, at(100)) == nullptr);
  CHECK(cache.counts().expired == 1);
  CHECK(cache.size() == 0);
}

TEST_CASE("lru evicts what was used longest ago, noeviction refuses and keeps the old value") {
  LruTtlCache<std::uint32_t, int> lru({.capacity = 2, .eviction = Eviction::lru});
  lru.put(1, 10, time_max, at(0));
  lru.put(2, 20, time_max, at(0));
  CHECK(lru.get(1, at(1)));
  lru.put(3, 30, time_max, at(2));
  CHECK(lru.get(2, at(3)) == nullptr);
  CHECK(*lru.get(1, at(3)) == 10);
  CHECK(lru.counts().evictions == 1);

  LruTtlCache<std::uint32_t, int> full({.capacity = 2});
  CHECK(full.put(1, 10, time_max, at(0)));
  CHECK(full.put(2, 20, at(5), at(0)));
  CHECK_FALSE(full.put(3, 30, time_max, at(1)));
  CHECK_FALSE(full.put(1, 11, time_max, at(1), 2));
  CHECK(*full.get(1, at(1)) == 10);
  CHECK(full.put(1, 12, time_max, at(1)));
  CHECK(full.put(3, 30, time_max, at(5)));  // the expired one made room
  CHECK(full.counts().refused == 2);
}

TEST_CASE("a flush forgets everything and leaves a working cache") {
  LruTtlCache<std::uint32_t, int> cache({.capacity = 100, .eviction = Eviction::lru});
  for (std::uint32_t i = 0; i < 50; ++i) cache.put(i, 1, at(1000 + i), at(0));
  cache.flush();
  CHECK(cache.size() == 0);
  CHECK(cache.used() == 0);
  CHECK(cache.get(7, at(1)) == nullptr);
  CHECK(cache.put(7, 2, at(1000), at(1)));
  CHECK(*cache.get(7, at(1)) == 2);
}

TEST_CASE("the cache agrees with a plain list under every mix of operations") {
  using Op = std::tuple<std::uint8_t, std::uint8_t, std::uint8_t>;
  CHECK(rc::check("cache against list", [](bool lru, const std::vector<Op>& ops) {
    const CacheSettings settings{.capacity = 20,
                                 .eviction = lru ? Eviction::lru : Eviction::noeviction};
    LruTtlCache<std::uint32_t, int> cache(settings);
    PlainCache plain{settings, {}, {}};
    Time now{};
    int value = 0;
    for (const auto& [op, key, arg] : ops) {
      now += Duration{arg % 8};
      const std::uint32_t k = key % 24;
      if (op % 8 < 4) {
        const Time expires = arg % 16 == 0 ? time_max : now + Duration{arg % 64};
        ++value;
        const bool stored = cache.put(k, value, expires, now, 1 + op % 5);
        RC_ASSERT(stored == plain.put(k, value, expires, now, 1 + op % 5));
      } else if (op % 8 < 7) {
        const int* got = cache.get(k, now);
        const int* expected = plain.get(k, now);
        RC_ASSERT((got == nullptr) == (expected == nullptr));
        if (got) RC_ASSERT(*got == *expected);
      } else if (arg == 255) {
        cache.flush();
        plain.entries.clear();
      } else {
        const auto it = plain.find(k);
        RC_ASSERT(cache.erase(k) == (it != plain.entries.end()));
        if (it != plain.entries.end()) plain.entries.erase(it);
      }
      RC_ASSERT(cache.used() == plain.used());
      RC_ASSERT(cache.size() == plain.entries.size());
      RC_ASSERT(same(cache.counts(), plain.counts));
    }
  }));
}

TEST_CASE("a hash index finds what is filed and nothing else, through collisions and erasures") {
  CHECK(rc::check("index against set", [](const std::vector<std::pair<bool, std::uint8_t>>& ops) {
    HashIndex index;
    std::set<std::uint32_t> plain;
    const auto bad_hash = [](std::uint32_t key) { return std::uint64_t{key % 4} * 7; };
    for (const auto& [add, n] : ops) {
      const std::uint32_t key = n % 64;
      if (add && plain.insert(key).second) index.insert(bad_hash(key), key);
      if (!add && plain.erase(key)) index.erase(bad_hash(key), key);
      RC_ASSERT(index.size() == plain.size());
      for (std::uint32_t k = 0; k < 64; ++k) {
        const auto found = index.find(bad_hash(k), [&](std::uint32_t i) { return i == k; });
        RC_ASSERT((found == k) == (plain.count(k) == 1));
      }
    }
  }));
}
