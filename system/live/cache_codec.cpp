#include "system/live/cache_codec.h"

#include <nlohmann/json.hpp>

namespace wavetank::live {
namespace {

using Json = nlohmann::json;

/// Reads fields of an object, and remembers whether each was there and of its kind.
class Reader {
 public:
  Reader(const Json& json, const LiveClock& clock) : json_(json), clock_(clock) {}

  std::int64_t integer(const char* name, std::int64_t least, std::int64_t most) {
    const auto found = json_.find(name);
    if (found == json_.end() || !found->is_number_integer()) return bad();
    if (found->is_number_unsigned() &&
        found->get<std::uint64_t>() > static_cast<std::uint64_t>(most)) {
      return bad();
    }
    const auto value = found->get<std::int64_t>();
    return value < least || value > most ? bad() : value;
  }
  Time time(const char* name) { return clock_.from_unix(integer(name, 0, time_max.ns)); }
  bool truth(const char* name) {
    const auto found = json_.find(name);
    if (found == json_.end() || !found->is_boolean()) return bad() != 0;
    return found->get<bool>();
  }
  bool ok() const { return ok_; }

 private:
  std::int64_t bad() {
    ok_ = false;
    return 0;
  }
  const Json& json_;
  const LiveClock& clock_;
  bool ok_ = true;
};

}  // namespace

std::string encode(const CacheEntry& entry, const LiveClock& clock) {
  Json json;
  if (entry.tombstone != 0) {
    json["invalidated_by"] = entry.tombstone;
    return json.dump();
  }
  const OutputFacts& facts = entry.value.facts;
  json["process"] = entry.value.process.value;
  json["state"] = static_cast<int>(facts.state);
  json["manifest"] = facts.manifest;
  json["validated"] = facts.validated;
  json["ready"] = clock.to_unix(facts.ready);
  json["fresh_by"] = clock.to_unix(facts.fresh_by);
  json["fresh_for"] = facts.fresh_for.ns;
  json["filled"] = clock.to_unix(entry.value.filled);
  json["expires"] = clock.to_unix(entry.expires);
  return json.dump();
}

std::optional<CacheEntry> decode_cache_entry(std::string_view text, const LiveClock& clock) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  CacheEntry entry;
  const auto tombstone = json.find("invalidated_by");
  if (tombstone != json.end()) {
    if (!tombstone->is_number_unsigned()) return std::nullopt;
    entry.tombstone = tombstone->get<EventId>();
    if (entry.tombstone == 0) return std::nullopt;
    return entry;
  }
  Reader reader(json, clock);
  OutputFacts& facts = entry.value.facts;
  entry.value.process = ProcessId{static_cast<std::uint32_t>(reader.integer("process", 0,
                                                                            0xffffffff))};
  facts.state = static_cast<ProcessState>(reader.integer("state", 0, process_state_count - 1));
  facts.manifest = reader.truth("manifest");
  facts.validated = reader.truth("validated");
  facts.ready = reader.time("ready");
  facts.fresh_by = reader.time("fresh_by");
  facts.fresh_for = Duration{reader.integer("fresh_for", 0, duration_max.ns)};
  entry.value.filled = reader.time("filled");
  entry.expires = reader.time("expires");
  if (!reader.ok()) return std::nullopt;
  return entry;
}

}  // namespace wavetank::live
