// The text of cache entries: what goes comes back, and nothing else is taken for one.

#include "system/live/cache_codec.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace wavetank;
using namespace wavetank::live;

TEST_CASE("cache codec: an entry comes back, whatever the reader's origin") {
  CHECK(rc::check([] {
    const LiveClock writer(*rc::gen::inRange<std::int64_t>(1, 1'000'000));
    const LiveClock reader(*rc::gen::inRange<std::int64_t>(1, 1'000'000));
    const auto moment = [] { return Time{*rc::gen::inRange<std::int64_t>(1, 1'000'000'000)}; };
    const auto moved = [&](Time t) { return reader.from_unix(writer.to_unix(t)); };
    CacheEntry entry;
    entry.value.process = ProcessId{*rc::gen::arbitrary<std::uint32_t>()};
    OutputFacts& facts = entry.value.facts;
    facts.state = static_cast<ProcessState>(*rc::gen::inRange(0, process_state_count));
    facts.manifest = *rc::gen::arbitrary<bool>();
    facts.validated = *rc::gen::arbitrary<bool>();
    facts.ready = *rc::gen::element(Time{}, time_max, moment());
    facts.fresh_by = moment();
    facts.fresh_for = Duration{*rc::gen::inRange<std::int64_t>(0, duration_max.ns)};
    entry.value.filled = moment();
    entry.expires = moment();
    const auto back = decode_cache_entry(encode(entry, writer), reader);
    RC_ASSERT(back.has_value());
    RC_ASSERT(back->tombstone == 0u);
    RC_ASSERT(back->value.process == entry.value.process);
    RC_ASSERT(back->value.facts.state == facts.state);
    RC_ASSERT(back->value.facts.manifest == facts.manifest);
    RC_ASSERT(back->value.facts.validated == facts.validated);
    RC_ASSERT(back->value.facts.ready == moved(facts.ready));
    RC_ASSERT(back->value.facts.fresh_by == moved(facts.fresh_by));
    RC_ASSERT(back->value.facts.fresh_for == facts.fresh_for);
    RC_ASSERT(back->value.filled == moved(entry.value.filled));
    RC_ASSERT(back->expires == moved(entry.expires));
  }));
}

TEST_CASE("cache codec: a tombstone keeps its cause") {
  const LiveClock clock;
  CacheEntry entry;
  entry.tombstone = 0xffffffffffffffffu;
  CHECK(decode_cache_entry(encode(entry, clock), clock)->tombstone == entry.tombstone);
}

TEST_CASE("cache codec: a text with one byte changed is an entry or none, and never an error") {
  const LiveClock clock(1);
  const std::string text = encode(CacheEntry{}, clock);
  REQUIRE(decode_cache_entry(text, clock));
  CHECK(rc::check([&] {
    std::string changed = text;
    const auto at = *rc::gen::inRange<std::size_t>(0, changed.size());
    changed[at] = *rc::gen::arbitrary<char>();
    changed.resize(changed.size() - *rc::gen::inRange<std::size_t>(0, 3));
    const auto entry = decode_cache_entry(changed, clock);
    if (entry) RC_ASSERT(static_cast<int>(entry->value.facts.state) < process_state_count);
  }));
}
