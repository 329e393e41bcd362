#pragma once
// The share of each hash partition where every key is placed. Exact and O(keys): for tests, for a
// queue's topics and for small key sets. partition_shares.h is the cheap way.

#include <cstdint>
#include <vector>

#include "sim/random/sampler.h"
#include "sim/random/zipf.h"

namespace wavetank::sim {

struct KeyPartition {
  std::vector<double> shares;  ///< of the traffic, a partition; they sum to 1

  std::uint32_t hottest() const;  ///< the first of the largest
  double max_over_mean() const;
};

/// Where Kafka's default partitioner puts the keys "1", "2", ..., in order of rank.
KeyPartition partition_by_murmur2(const Zipf& keys, std::uint32_t partitions);

/// Where place_key() puts them.
KeyPartition partition_by_draw(const Zipf& keys, std::uint32_t partitions, const Entropy& job);

/// The partition that an ideal hash gives to the key of `rank` in one job: drawn with the rank as
/// the attempt, so a key keeps its partition when its share changes. `partitions` is not zero.
inline std::uint32_t place_key(const Entropy& job, std::uint64_t rank, std::uint32_t partitions) {
  const std::uint64_t bits = draw(job.seed, job.purpose, job.entity, rank);
  return static_cast<std::uint32_t>(below(bits, partitions));
}

}  // namespace wavetank::sim
