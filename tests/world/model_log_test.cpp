#include <doctest/doctest.h>
#include <rapidcheck.h>
#include <set>
#include <utility>
#include <vector>

#include "sim/world/models/log_model.h"
#include "sim/world/models/sequence_set.h"
#include "system/base/murmur2.h"

using namespace wavetank;
using namespace wavetank::sim;

namespace {

Time at_second(std::int64_t s) { return Time{} + whole_seconds(s); }

std::vector<int> read_all(const LogTopic<int>& log, std::uint32_t partition, std::int64_t from,
                          std::int64_t max_records, std::int64_t max_bytes) {
  std::vector<int> seen;
  log.read(partition, from, max_records, max_bytes,
           [&](std::int64_t, const LogTopic<int>::Entry& e) { seen.push_back(e.record); });
  return seen;
}

}  // namespace

TEST_CASE("a log numbers its records by partition and returns them from any offset") {
  LogTopic<int> log(2);
  CHECK(log.append(0, 10, 100, at_second(1)) == 0);
  CHECK(log.append(0, 11, 100, at_second(2)) == 1);
  CHECK(log.append(1, 20, 100, at_second(2)) == 0);
  CHECK(log.append(0, 12, 100, at_second(3)) == 2);
  CHECK(read_all(log, 0, 1, 10, 1000) == std::vector<int>{11, 12});
  CHECK(read_all(log, 0, 0, 2, 1000) == std::vector<int>{10, 11});
  CHECK(read_all(log, 0, 3, 10, 1000).empty());
  CHECK(log.read(0, 3, 10, 1000, [](auto, const auto&) {}) == 3);
}

TEST_CASE("a read is bounded by bytes, but always makes progress") {
  LogTopic<int> log(1);
  for (int i = 0; i < 5; ++i) log.append(0, i, 100, at_second(i));
  CHECK(read_all(log, 0, 0, 10, 250) == std::vector<int>{0, 1});
  CHECK(read_all(log, 0, 0, 10, 200) == std::vector<int>{0, 1});
  CHECK(read_all(log, 0, 2, 10, 1) == std::vector<int>{2});
  CHECK(read_all(log, 0, 2, 0, 1).empty());
}

TEST_CASE("lag counts what a group has not committed, its age is that of the oldest") {
  LogTopic<int> log(1);
  const std::uint32_t launcher = log.add_group();
  CHECK(log.lag(launcher, 0) == 0);
  CHECK(log.lag_age(launcher, 0, at_second(9)) == Duration{0});
  for (int i = 0; i < 5; ++i) log.append(0, i, 1, at_second(10 + i));
  CHECK(log.lag(launcher, 0) == 5);
  CHECK(log.lag_age(launcher, 0, at_second(20)) == whole_seconds(10));
  log.commit(launcher, 0, 3);
  CHECK(log.lag(launcher, 0) == 2);
  CHECK(log.lag_age(launcher, 0, at_second(20)) == whole_seconds(7));
  log.commit(launcher, 0, 1);
  CHECK(log.committed(launcher, 0) == 3);
  log.commit(launcher, 0, 5);
  CHECK(log.lag_age(launcher, 0, at_second(20)) == Duration{0});
}

TEST_CASE("records are dropped behind the slowest group only, or by hand where there is none") {
  LogTopic<int> log(1);
  const std::uint32_t fast = log.add_group();
  const std::uint32_t slow = log.add_group();
  for (int i = 0; i < 100; ++i) log.append(0, i, 1, at_second(i));
  log.commit(fast, 0, 90);
  CHECK(log.begin(0) == 0);
  log.commit(slow, 0, 40);
  CHECK(log.begin(0) == 40);
  CHECK(read_all(log, 0, 0, 1, 1000) == std::vector<int>{40});

  LogTopic<int> dead_letters(1);
  for (int i = 0; i < 10; ++i) dead_letters.append(0, i, 1, at_second(i));
  dead_letters.drop_before(0, 8);
  CHECK(read_all(dead_letters, 0, 0, 10, 1000) == std::vector<int>{8, 9});
}

TEST_CASE("an idempotent producer's repeated sequence appends nothing") {
  LogTopic<int> log(2);
  CHECK(log.append_once(0, 3, 0, 7, 1, at_second(0)).offset == 0);
  CHECK(log.append_once(0, 3, 0, 7, 1, at_second(1)).duplicate);
  CHECK(log.append_once(0, 2, 0, 8, 1, at_second(1)).offset == 1);
  CHECK(log.append_once(1, 3, 0, 9, 1, at_second(1)).offset == 0);
  CHECK(log.append_once(0, 3, 2, 7, 1, at_second(2)).offset == 2);
  CHECK(log.append_once(0, 3, 1, 7, 1, at_second(3)).offset == 3);
  CHECK(log.append_once(0, 3, 1, 7, 1, at_second(3)).duplicate);
  CHECK(log.duplicates() == 2);
  CHECK(log.appended() == 5);
}

TEST_CASE("keys land where Kafka's default partitioner puts them") {
  CHECK(murmur2("21") == -973932308);
  CHECK(kafka_partition("21", 7) == static_cast<std::uint32_t>((-973932308 & 0x7fffffff) % 7));
}

TEST_CASE("sequence sets agree with a plain set") {
  CHECK(rc::check("insert says whether the number is new", [](const std::vector<std::uint8_t>& in) {
    SequenceSet set;
    std::set<std::int64_t> plain;
    for (const std::uint8_t n : in) {
      const std::int64_t sequence = n % 64;
      RC_ASSERT(set.insert(sequence) == plain.insert(sequence).second);
      std::size_t gaps = 0;
      for (const std::int64_t s : plain) gaps += plain.count(s - 1) == 0 ? 1 : 0;
      RC_ASSERT(set.intervals() == gaps);
    }
  }));
}

TEST_CASE("a log with two groups agrees with a vector that forgets nothing") {
  using Op = std::pair<std::uint8_t, std::uint8_t>;
  CHECK(rc::check("offsets, contents, lag and age", [](const std::vector<Op>& ops) {
    LogTopic<int> log(1);
    std::vector<std::pair<int, Time>> plain;
    std::int64_t committed[2] = {0, 0};
    log.add_group();
    log.add_group();
    Time now{};
    for (const auto& [op, arg] : ops) {
      now += Duration{arg};
      const std::uint32_t group = op % 2;
      const auto end = static_cast<std::int64_t>(plain.size());
      if (op % 4 < 2) {
        for (int i = 0; i < arg % 20; ++i) {
          RC_ASSERT(log.append(0, op, 1, now) == static_cast<std::int64_t>(plain.size()));
          plain.emplace_back(op, now);
        }
      } else {
        const std::int64_t offset = std::min<std::int64_t>(committed[group] + arg % 30, end);
        log.commit(group, 0, offset);
        committed[group] = offset;
      }
      const std::int64_t begin = std::min(committed[0], committed[1]);
      RC_ASSERT(log.begin(0) == begin);
      std::vector<int> expected;
      for (std::size_t i = static_cast<std::size_t>(begin); i < plain.size(); ++i) {
        expected.push_back(plain[i].first);
      }
      RC_ASSERT(read_all(log, 0, 0, 1 << 20, 1 << 20) == expected);
      for (std::uint32_t g = 0; g < 2; ++g) {
        const auto size = static_cast<std::int64_t>(plain.size());
        RC_ASSERT(log.lag(g, 0) == size - committed[g]);
        const auto oldest = static_cast<std::size_t>(committed[g]);
        const Duration age = oldest < plain.size() ? now - plain[oldest].second : Duration{0};
        RC_ASSERT(log.lag_age(g, 0, now) == age);
      }
    }
  }));
}

TEST_CASE("a log's memory follows what is not consumed, not what passed through") {
  OffsetRing<std::int64_t> ring;
  for (std::int64_t i = 0; i < 100'000; ++i) ring.push(i);
  const std::size_t full = ring.bytes();
  ring.drop_before(99'990);
  CHECK(ring[99'995] == 99'995);
  for (std::int64_t i = 100'000; i < 200'000; ++i) {
    ring.push(i);
    ring.pop();
  }
  CHECK(ring.size() == 10);
  CHECK(ring.front() == 199'990);
  CHECK(ring.bytes() * 1000 < full);
}
