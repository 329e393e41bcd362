#pragma once
// The keys of one run in the cache: PREFIX RUN ":" KIND ":" OUTPUT. They are found by SCAN and
// removed by UNLINK, never by a flush: keys of others are not touched. All throw RedisError.

#include <functional>
#include <string>
#include <vector>

#include "system/live/redis_session.h"
#include "system/ports/cache.h"

namespace wavetank::live {

std::string key_prefix(const CacheTarget& target, const std::string& run);
std::string key_of(const std::string& prefix, CacheKey key);

/// Calls `each` with batches of the keys that start with `prefix`. A key may come twice.
void scan_keys(RedisSession& session, const std::string& prefix,
               const std::function<void(const std::vector<std::string>& keys)>& each);
/// Returns how many there were.
std::int64_t unlink_keys(RedisSession& session, const std::string& prefix);

/// For the clean-up and its audit; the run must be named.
std::int64_t count_keys(const Target& target, const std::string& run);
std::int64_t delete_keys(const Target& target, const std::string& run);

}  // namespace wavetank::live
