#pragma once
// Cache entries as text: an object of JSON that holds a value or a tombstone. Times are ns since
// 1970; `expires` stands in the value, too, for who has to restore its TTL.

#include <optional>
#include <string>
#include <string_view>

#include "system/live/live_clock.h"
#include "system/ports/cache.h"

namespace wavetank::live {

struct CacheEntry {
  CacheValue value;
  Time expires{};
  EventId tombstone = 0;  ///< the cause of an invalidation; 0 where this is a value
};

std::string encode(const CacheEntry& entry, const LiveClock& clock);
/// None where the text is not such an entry.
std::optional<CacheEntry> decode_cache_entry(std::string_view text, const LiveClock& clock);

}  // namespace wavetank::live
