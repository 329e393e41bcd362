#pragma once
// What a scenario says of a station of a queueing network.

#include <string>

#include "system/balancer.h"
#include "system/base/fields.h"
#include "system/dependency.h"
#include "system/ports/station.h"

namespace wavetank::service {

enum class CachePattern : std::uint8_t {
  look_aside,    ///< the caller goes to the backend, and fills the cache if it still waits
  read_through,  ///< the cache goes to the backend and fills itself
};
enum class CacheEviction : std::uint8_t { noeviction, lru };

/// A station that is a cache: what it holds it answers, for the rest there is its backend.
struct CacheUse {
  std::string backend;
  Duration ttl{};
  std::int64_t capacity = 0;
  CacheEviction eviction = CacheEviction::lru;
  CachePattern pattern = CachePattern::look_aside;
  bool single_flight = false;
  Duration timeout{};
  std::int64_t warm = 0;

  bool used() const { return !backend.empty(); }
  void describe(Fields& f);
};

/// A station whose requests need another station before they are done.
struct CallUse {
  std::string station;
  DependencySettings dependency;

  CallUse();
  bool used() const { return !station.empty(); }
  void describe(Fields& f);
};

struct StationSettings {
  std::string name;
  std::int64_t servers = 1;
  DurationLaw service;
  Sharing discipline = Sharing::fifo;
  std::int64_t queue_limit = 0;
  bool drop_expired = false;
  bool cancel_on_timeout = false;
  Ratio slowdown{0};
  std::int64_t replicas = 1;
  Balance balance = Balance::random;
  std::int64_t of = 0;
  CacheUse cache;
  CallUse calls;

  StationSettings();
  void describe(Fields& f);
  StationSpec spec() const;
};

/// A dependency as plain as it can be: no timeout, one try, no budget, no breaker.
DependencySettings plain_dependency();
/// Describes one, in which a timeout of 0 is none.
void describe_plain(DependencySettings& settings, Fields& f);
/// The timeout that such a description means.
Duration timeout_of(const DependencySettings& settings);

}  // namespace wavetank::service
