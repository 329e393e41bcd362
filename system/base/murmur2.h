#pragma once
// MurmurHash2 as Kafka's Java client computes it (Utils.murmur2, seed 0x9747b28c), so that a key
// lands in the same partition here as on a real cluster.

#include <cstdint>
#include <string_view>

namespace wavetank {

/// The signed 32-bit hash of the key's bytes.
std::int32_t murmur2(std::string_view key);

/// Kafka's default partitioner for keyed records: the hash without its sign bit, modulo
/// `partitions`, which must not be zero.
std::uint32_t kafka_partition(std::string_view key, std::uint32_t partitions);

}  // namespace wavetank
