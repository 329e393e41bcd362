#pragma once
// Cache: a shared look-aside cache with TTL. An invalidation leaves a short-lived tombstone that
// names its cause, so that a miss can say what it comes from.

#include "system/ports/port.h"

namespace wavetank {

enum class Cached : std::uint8_t { status, output };

struct CacheKey {
  Cached kind = Cached::status;
  OutputId output;
  constexpr std::uint64_t packed() const {
    return (static_cast<std::uint64_t>(kind) << 32) | output.value;
  }
};

struct CacheValue {
  ProcessId process;
  OutputFacts facts;
  Time filled;  ///< when the facts were read from their source
};

namespace verb {

struct CacheGet {
  static constexpr Op op = Op::cache_get;
  using Args = CacheKey;
  struct Reply {
    bool hit = false;
    CacheValue value;
    EventId invalidated_by = 0;  ///< on a miss: the cause that a tombstone names
  };
};

struct CachePut {
  static constexpr Op op = Op::cache_put;
  struct Args {
    CacheKey key;
    CacheValue value;
    Duration ttl;
  };
  using Reply = Done;  ///< refused under noeviction when full
};

struct CacheInvalidate {
  static constexpr Op op = Op::cache_invalidate;
  struct Args {
    CacheKey key;
    EventId cause = 0;
  };
  using Reply = Done;
};

}  // namespace verb

class Cache : public Port {
 public:
  using Port::Port;

  CallAwaiter<verb::CacheGet> get(Node& from, CacheKey key, const CallInfo& info) {
    return CallAwaiter<verb::CacheGet>(*this, make<verb::CacheGet>(from, server(), key, info));
  }
  CallAwaiter<verb::CachePut> put(Node& from, verb::CachePut::Args args, const CallInfo& info) {
    return CallAwaiter<verb::CachePut>(*this, make<verb::CachePut>(from, server(), args, info));
  }
  CallAwaiter<verb::CacheInvalidate> invalidate(Node& from, verb::CacheInvalidate::Args args,
                                                const CallInfo& info) {
    return CallAwaiter<verb::CacheInvalidate>(
        *this, make<verb::CacheInvalidate>(from, server(), args, info));
  }
  virtual NodeId server() const = 0;
};

}  // namespace wavetank
