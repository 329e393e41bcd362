#include <doctest/doctest.h>
#include <map>
#include <rapidcheck.h>
#include <tuple>
#include <vector>

#include "sim/world/models/object_model.h"
#include "sim/world/models/prefix_limiter.h"

using namespace wavetank;
using namespace wavetank::sim;

namespace {

verb::PutObject::Args part_of(std::uint32_t output, std::uint32_t index, std::int64_t rows,
                              bool if_absent = true, std::uint32_t attempt = 0) {
  verb::PutObject::Args args;
  args.output = OutputId{output};
  args.if_absent = if_absent;
  args.part.index = index;
  args.part.attempt = attempt;
  args.part.rows_in = rows + 1;
  args.part.rows_out = rows;
  args.part.rows_rejected = 1;
  args.part.digest = part_digest(args.output, index, rows);
  return args;
}

verb::PutObject::Args manifest_of(std::uint32_t output, const verb::ListParts::Reply& parts,
                                  bool if_absent = true) {
  verb::PutObject::Args args;
  args.output = OutputId{output};
  args.is_manifest = true;
  args.if_absent = if_absent;
  args.manifest.output = args.output;
  args.manifest.job = JobId{7};
  args.manifest.epoch = 1;
  args.manifest.validated = true;
  args.manifest.parts = parts.parts;
  args.manifest.rows_in = parts.rows_in;
  args.manifest.rows_out = parts.rows_out;
  args.manifest.rows_rejected = parts.rows_rejected;
  args.manifest.digest = parts.digest;
  args.manifest.published = Time{} + whole_seconds(5);
  return args;
}

bool same(const verb::ListParts::Reply& a, const verb::ListParts::Reply& b) {
  return a.parts == b.parts && a.rows_in == b.rows_in && a.rows_out == b.rows_out &&
         a.rows_rejected == b.rows_rejected && a.digest == b.digest;
}

bool same(const Manifest& a, const Manifest& b) {
  return a.output == b.output && a.job == b.job && a.epoch == b.epoch &&
         a.code_version == b.code_version && a.schema_version == b.schema_version &&
         a.validated == b.validated && a.parts == b.parts && a.rows_in == b.rows_in &&
         a.rows_out == b.rows_out && a.rows_rejected == b.rows_rejected && a.digest == b.digest &&
         a.right == b.right && a.published == b.published;
}

}  // namespace

TEST_CASE("a conditional put loses against what is there, a plain one replaces it") {
  ObjectModel store;
  CHECK_FALSE(store.put(part_of(3, 0, 10))->overwrote);
  CHECK(store.put(part_of(3, 0, 20)).failure() == Failure::conflict);
  CHECK(store.list(OutputId{3}).rows_out == 10);
  CHECK(store.put(part_of(3, 0, 20, false))->overwrote);
  CHECK(store.list(OutputId{3}).rows_out == 20);
  CHECK(store.list(OutputId{3}).digest == part_digest(OutputId{3}, 0, 20));
  CHECK(store.overwrites() == 1);
  CHECK_FALSE(store.put(part_of(3, 0, 20, false, 1))->overwrote);  // another attempt's own name
  CHECK(store.list(OutputId{3}).parts == 2);
  CHECK(store.erase_part(OutputId{3}, 0, 1));
  CHECK_FALSE(store.erase_part(OutputId{3}, 0, 1));
  CHECK(store.list(OutputId{3}).parts == 1);
}

TEST_CASE("a manifest is published once, and a second publication is a conflict or counted") {
  ObjectModel store;
  CHECK(store.manifest(OutputId{3}).failure() == Failure::not_found);
  store.put(part_of(3, 0, 10)).value();
  const auto args = manifest_of(3, store.list(OutputId{3}));
  CHECK(store.put(args).ok());
  CHECK(same(*store.manifest(OutputId{3}), args.manifest));
  CHECK(store.put(args).failure() == Failure::conflict);
  CHECK(store.put(manifest_of(3, {}, false))->overwrote);
  CHECK(store.manifest(OutputId{3})->parts == 0);
}

TEST_CASE("a sealed output forgets its parts one by one and still answers for them") {
  ObjectModel store;
  for (std::uint32_t i = 0; i < 5; ++i) CHECK(store.put(part_of(3, i, 10 + i)).ok());
  CHECK(store.put(part_of(4, 0, 1)).ok());
  const auto before = store.list(OutputId{3});
  store.seal(OutputId{3});
  CHECK(store.parts() == 6);  // no manifest yet: nothing is forgotten
  CHECK(store.put(manifest_of(3, before)).ok());
  store.seal(OutputId{3});
  CHECK(store.parts() == 1);
  CHECK(same(store.list(OutputId{3}), before));
  CHECK(store.put(part_of(3, 4, 14)).failure() == Failure::conflict);
  CHECK(store.put(part_of(3, 4, 99, false))->overwrote);
  CHECK(store.put(part_of(3, 5, 1)).ok());
  CHECK(store.list(OutputId{3}).parts == 6);
  store.erase_parts(OutputId{4});
  CHECK(store.list(OutputId{4}).parts == 0);
}

TEST_CASE("a packed manifest is the one that was published") {
  CHECK(rc::check("manifests", [](std::uint64_t bits, std::uint32_t rows, std::uint16_t more) {
    ManifestTable table;
    Manifest m;
    m.output = OutputId{more};
    m.job = JobId{rows % (1u << 28)};
    m.epoch = more % 5;
    m.code_version = more % 9 == 0 ? 2 : 1;
    m.validated = more % 2 == 0;
    m.right = more % 3 == 0;
    m.parts = more % 40;
    m.rows_in = rows % (1 << 28);
    m.rows_rejected = rows % (1 << 16);
    m.rows_out = m.rows_in - m.rows_rejected + (more % 11 == 0 ? 1 : 0);
    m.digest = bits;
    m.published = Time{static_cast<std::int64_t>(bits % (1ull << 48))};
    for (int i = 0; i < 2; ++i) {
      table.set(m);
      RC_ASSERT(same(*table.find(m.output), m));
      RC_ASSERT(!table.sealed(m.output));
      table.seal(m.output);
      RC_ASSERT(table.sealed(m.output));
      RC_ASSERT(same(*table.find(m.output), m));
    }
    RC_ASSERT(!table.has(OutputId{static_cast<std::uint32_t>(more) + 1}));
  }));
}

TEST_CASE("the store agrees with a plain map of names") {
  using Op = std::tuple<std::uint8_t, std::uint8_t, std::uint8_t>;
  using Name = std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>;
  CHECK(rc::check("objects against map", [](const std::vector<Op>& ops) {
    ObjectModel store;
    std::map<Name, Part> plain;
    for (const auto& [op, where, arg] : ops) {
      const std::uint32_t output = where % 4;
      const std::uint32_t index = where / 4 % 4;
      const std::uint32_t attempt = arg % 2;
      const Name name{output, index, attempt};
      const bool there = plain.count(name) == 1;
      if (op % 8 < 6) {
        const bool if_absent = op % 2 == 0;
        const auto args = part_of(output, index, arg, if_absent, attempt);
        const auto reply = store.put(args);
        RC_ASSERT(reply.ok() == !(there && if_absent));
        if (!reply.ok()) continue;
        RC_ASSERT(reply->overwrote == there);
        plain[name] = args.part;
      } else if (op % 8 == 6) {
        RC_ASSERT(store.erase_part(OutputId{output}, index, attempt) == there);
        plain.erase(name);
      } else {
        store.erase_parts(OutputId{output});
        std::erase_if(plain, [&](const auto& e) { return std::get<0>(e.first) == output; });
      }
      verb::ListParts::Reply expected;
      for (const auto& [key, part] : plain) {
        if (std::get<0>(key) != output) continue;
        ++expected.parts;
        expected.rows_in += part.rows_in;
        expected.rows_out += part.rows_out;
        expected.rows_rejected += part.rows_rejected;
        expected.digest += part.digest;
      }
      RC_ASSERT(same(store.list(OutputId{output}), expected));
      RC_ASSERT(store.parts() == plain.size());
    }
  }));
}

TEST_CASE("a prefix serves 3,500 writes and 5,500 reads a second after a second's burst, exactly") {
  PrefixLimiter limiter;
  std::int64_t writes = 0;
  std::int64_t reads = 0;
  // 10 s of 7,000 requests a second of each kind, at times that do not divide.
  for (std::int64_t k = 0; k < 70'000; ++k) {
    const Time now{k * 1'000'000'000 / 7'000};
    writes += limiter.admit_write(1, now) ? 1 : 0;
    reads += limiter.admit_read(1, now) ? 1 : 0;
  }
  const std::int64_t last = 69'999ll * 1'000'000'000 / 7'000;
  CHECK(writes == 3500 + last * 3500 / 1'000'000'000);
  CHECK(reads == 5500 + last * 5500 / 1'000'000'000);
  CHECK(limiter.refused() == 140'000 - writes - reads);
  CHECK(limiter.admit_write(2, Time{last}));  // another prefix has its own rate
}

TEST_CASE("a bucket of tokens does not drift, however it is asked") {
  TokenBucket bucket(3, 1);
  CHECK(bucket.take(Time{0}));
  CHECK_FALSE(bucket.take(Time{333'333'333}));
  CHECK(bucket.next(Time{333'333'333}) == Time{333'333'334});
  CHECK(bucket.take(Time{333'333'334}));
  // Two at the start, and three a second until the last question, just before 3,000 s.
  TokenBucket steady(3, 2);
  std::int64_t taken = 0;
  for (std::int64_t ns = 0; ns <= 3'000'000'000'000; ns += 111'111'111) {
    taken += steady.take(Time{ns}) ? 1 : 0;
  }
  CHECK(taken == 9001);
  bucket.set_rate(Time{3'000'000'000'000}, 0, 1);
  while (bucket.take(Time{3'000'000'000'000})) {
  }
  CHECK(bucket.next(Time{3'000'000'000'000}) == time_max);
}

TEST_CASE("a prefix that stays hot is split and then serves twice as much") {
  PrefixLimiter limiter({.writes_per_s = 10, .reads_per_s = 10, .split_after = minutes(45)});
  const auto served_in = [&](std::int64_t from_s, std::int64_t to_s) {
    std::int64_t served = 0;
    for (std::int64_t k = from_s * 30; k < to_s * 30; ++k) {
      served += limiter.admit_write(1, Time{k * 1'000'000'000 / 30}) ? 1 : 0;
    }
    return served;
  };
  CHECK(served_in(0, 60) / 60 == 10);
  CHECK(served_in(60, 45 * 60) > 0);
  CHECK(limiter.splits() == 0);
  served_in(45 * 60, 46 * 60);
  CHECK(limiter.splits() == 1);
  CHECK(served_in(46 * 60, 47 * 60) / 60 == 20);
}
