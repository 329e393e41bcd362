#pragma once
// One topic of a partitioned log, as Kafka keeps it: append, read from an offset, committed offsets
// of the groups that read it. Memory follows what some group has not committed yet: records behind
// every group are dropped. A topic without groups keeps everything until drop_before().
//
// Lag in messages and the age of the oldest uncommitted record are O(1), since each record keeps
// the time of its append. Times of append must not fall within a partition.

#include <algorithm>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "sim/world/models/offset_ring.h"
#include "sim/world/models/sequence_set.h"
#include "system/base/check.h"
#include "system/base/time.h"

namespace wavetank::sim {

template <class Record>
class LogTopic {
  static_assert(std::is_trivially_copyable_v<Record>, "records are copied as plain bytes");

 public:
  struct Entry {
    Time appended{};
    std::uint32_t bytes = 0;
    Record record{};
  };
  struct Appended {
    std::int64_t offset;  ///< -1 for a duplicate
    bool duplicate;
  };

  explicit LogTopic(std::uint32_t partitions) : partitions_(partitions) {
    WAVETANK_CHECK(partitions > 0, "a topic has at least one partition");
  }

  std::uint32_t partitions() const { return static_cast<std::uint32_t>(partitions_.size()); }
  /// Registers a group, which starts at the oldest record retained; returns its index.
  std::uint32_t add_group() {
    for (Partition& p : partitions_) p.committed.push_back(p.log.begin());
    return groups_++;
  }

  std::int64_t append(std::uint32_t partition, const Record& record, std::uint32_t bytes,
                      Time now) {
    ++appended_;
    return partitions_.at(partition).log.push({now, bytes, record});
  }

  /// Idempotent append: a sequence number that this producer has already written to this partition
  /// appends nothing. Producers are small dense numbers; each counts its sequences by partition.
  /// Unlike Kafka's broker, this one takes sequences that arrive out of order.
  Appended append_once(std::uint32_t partition, std::uint32_t producer, std::int64_t sequence,
                       const Record& record, std::uint32_t bytes, Time now) {
    if (partitions_.at(partition).seen.insert(producer, sequence)) {
      return {append(partition, record, bytes, now), false};
    }
    ++duplicates_;
    return {-1, true};
  }

  /// Visits records from `from` on as visit(offset, entry), up to `max_records` and `max_bytes`,
  /// but at least one if there is one and max_records allows. Returns the offset to read from next.
  template <class Visit>
  std::int64_t read(std::uint32_t partition, std::int64_t from, std::int64_t max_records,
                    std::int64_t max_bytes, const Visit& visit) const {
    const OffsetRing<Entry>& log = partitions_.at(partition).log;
    const std::int64_t first = std::max(from, log.begin());
    const std::int64_t last = first + std::min(max_records, log.end() - first);
    std::int64_t at = first;
    for (std::int64_t bytes = 0; at < last; ++at) {
      bytes += log[at].bytes;
      if (bytes > max_bytes && at > first) break;
      visit(at, log[at]);
    }
    return at;
  }

  std::int64_t begin(std::uint32_t part) const { return partitions_.at(part).log.begin(); }
  std::int64_t end(std::uint32_t part) const { return partitions_.at(part).log.end(); }

  /// The group is done with all records before `offset`. Never moves back.
  void commit(std::uint32_t group, std::uint32_t partition, std::int64_t offset) {
    Partition& p = partitions_.at(partition);
    std::int64_t& committed = p.committed.at(group);
    if (offset <= committed) return;
    committed = std::min(offset, p.log.end());
    p.log.drop_before(*std::min_element(p.committed.begin(), p.committed.end()));
  }

  std::int64_t committed(std::uint32_t group, std::uint32_t partition) const {
    return partitions_.at(partition).committed.at(group);
  }

  /// Records that the group has not committed.
  std::int64_t lag(std::uint32_t group, std::uint32_t partition) const {
    return end(partition) - committed(group, partition);
  }

  /// Age of the oldest record that the group has not committed; zero without lag.
  Duration lag_age(std::uint32_t group, std::uint32_t partition, Time now) const {
    const Partition& p = partitions_.at(partition);
    const std::int64_t oldest = p.committed.at(group);
    return oldest < p.log.end() ? now - p.log[oldest].appended : Duration{0};
  }

  void drop_before(std::uint32_t part, std::int64_t offset) {
    partitions_.at(part).log.drop_before(offset);
  }

  std::int64_t appended() const { return appended_; }
  std::int64_t duplicates() const { return duplicates_; }

 private:
  struct Partition {
    OffsetRing<Entry> log;
    std::vector<std::int64_t> committed;  // by group
    ProducerSequences seen;
  };

  std::vector<Partition> partitions_;
  std::uint32_t groups_ = 0;
  std::int64_t appended_ = 0;
  std::int64_t duplicates_ = 0;
};

}  // namespace wavetank::sim
