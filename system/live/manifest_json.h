#pragma once
// A manifest as JSON, as it lies in the object store. Times are ns since 1970, the digest is hex.

#include <string>

#include "system/base/result.h"
#include "system/live/live_clock.h"
#include "system/ports/messages.h"

namespace wavetank::live {

std::string manifest_json(const Manifest& manifest, const LiveClock& clock);
/// invalid where it is no manifest: not JSON, a field missing, of another type or out of range.
Result<Manifest> read_manifest(const std::string& json, const LiveClock& clock);

std::string digest_text(std::uint64_t digest);
/// invalid where it is not 16 hex digits.
Result<std::uint64_t> read_digest(const std::string& text);

}  // namespace wavetank::live
