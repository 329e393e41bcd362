#pragma once
// RedisCache: the cache on Redis. A call waits, first come first served, for one of the target's
// connections, and then at most until its deadline; after a timeout the connection is closed. One
// that gets its connection too late is dropped unrun where it is cancellable, and else gets
// connect_timeout.
//
// What an invalidation leaves behind names the event of that invalidation for a while. Entries that
// cannot be read are misses.

#include <functional>
#include <string>
#include <vector>

#include "system/live/cache_codec.h"
#include "system/live/live_env.h"
#include "system/live/pending_calls.h"
#include "system/live/redis_session.h"
#include "system/live/session_pool.h"

namespace wavetank::live {

class RedisCache final : public Cache {
 public:
  explicit RedisCache(LiveEnv& env);
  NodeId server() const override { return server_; }

  /// Removes this run's keys. Calls that come later wait until that is done.
  void flush();
  /// While stale, no key of this run expires, and this process neither replaces nor removes any.
  /// Afterwards each has the rest of its TTL. Calls that come later wait until that is done.
  void set_stale(bool stale);

  /// Why the last call that failed did; empty where none has. Never holds a secret.
  const std::string& last_error() const { return last_error_; }
  /// What of flush() and set_stale() was not done, wholly or in part, and why: a line each.
  const std::vector<std::string>& troubles() const { return troubles_; }
  std::size_t in_use() const { return pool_.busy(); }
  PoolUse use() const { return pool_.use(); }
  std::size_t waiting() const { return pool_.waiting(); }
  /// Tries a connection; `done` is called on the loop's thread.
  void probe(std::function<void(Result<Done>)> done);

 private:
  using Held = SessionPool<RedisSession>::Held;
  template <class Found>
  struct Outcome;

  void submit(Call& call) override;
  void start(std::uint64_t number);
  void start_get(std::uint64_t number, const CallOf<verb::CacheGet>& call);
  void start_put(std::uint64_t number, const CallOf<verb::CachePut>& call);
  void start_invalidate(std::uint64_t number, const CallOf<verb::CacheInvalidate>& call);
  Event invalidation(const CallOf<verb::CacheInvalidate>& call) const;
  Result<verb::CacheGet::Reply> found(const Call& call, const RedisAnswer& answer);
  bool stale() const { return stale_since_ != time_max; }

  /// Runs `work(session, within)` on a thread and `finish(call, found)` on the loop's.
  template <class V, class Work, class Finish>
  void ask(std::uint64_t number, const Call& call, Work work, Finish finish);
  template <class Found, class Work>
  static Outcome<Found> attempt(Held& held, const Work& work);
  /// Runs `work(session)` while calls are held back. `failed` tells people that it did.
  template <class Work>
  void alone(const char* failed, Work work);

  LiveEnv& env_;
  NodeId server_;
  std::string prefix_;
  Time stale_since_ = time_max;
  std::string last_error_;
  std::vector<std::string> troubles_;
  PendingCalls pending_;
  int alone_ = 0;                        ///< jobs that calls wait for
  std::vector<std::uint64_t> held_back_;
  SessionPool<RedisSession> pool_;       // dies first: its threads use the others
};

}  // namespace wavetank::live
