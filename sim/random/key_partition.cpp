#include "sim/random/key_partition.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "system/base/murmur2.h"

namespace wavetank::sim {
namespace {

template <class PartitionOf>
KeyPartition place_all(const Zipf& keys, std::uint32_t partitions, PartitionOf partition_of) {
  std::vector<Uint128> words(partitions);
  Uint128 begin = 0;
  for (std::uint64_t rank = 0; rank < keys.keys(); ++rank) {
    const Uint128 end = keys.share_before(rank + 1);
    words[partition_of(rank)] += end - begin;
    begin = end;
  }
  KeyPartition result;
  result.shares.reserve(partitions);
  for (const Uint128 w : words) result.shares.push_back(static_cast<double>(w) * 0x1p-64);
  return result;
}

}  // namespace

std::uint32_t KeyPartition::hottest() const {
  const auto largest = std::max_element(shares.begin(), shares.end());
  return static_cast<std::uint32_t>(largest - shares.begin());
}

double KeyPartition::max_over_mean() const {
  return shares[hottest()] * static_cast<double>(shares.size());
}

KeyPartition partition_by_murmur2(const Zipf& keys, std::uint32_t partitions) {
  return place_all(keys, partitions, [partitions](std::uint64_t rank) {
    char text[20];
    const auto end = std::to_chars(text, text + sizeof text, rank + 1).ptr;
    const std::string_view key(text, static_cast<std::size_t>(end - text));
    return kafka_partition(key, partitions);
  });
}

KeyPartition partition_by_draw(const Zipf& keys, std::uint32_t partitions, const Entropy& job) {
  return place_all(keys, partitions, [&job, partitions](std::uint64_t rank) {
    return place_key(job, rank, partitions);
  });
}

}  // namespace wavetank::sim
