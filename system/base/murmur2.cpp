#include "system/base/murmur2.h"

namespace wavetank {

std::int32_t murmur2(std::string_view key) {
  constexpr std::uint32_t seed = 0x9747b28cu;
  constexpr std::uint32_t m = 0x5bd1e995u;
  const auto byte = [key](std::size_t i) {
    return std::uint32_t{static_cast<unsigned char>(key[i])};
  };

  std::uint32_t h = seed ^ static_cast<std::uint32_t>(key.size());
  std::size_t i = 0;
  for (; key.size() - i >= 4; i += 4) {
    std::uint32_t k = byte(i) | byte(i + 1) << 8 | byte(i + 2) << 16 | byte(i + 3) << 24;
    k *= m;
    k ^= k >> 24;
    h = h * m ^ k * m;
  }
  if (const std::size_t rest = key.size() - i; rest > 0) {
    if (rest > 2) h ^= byte(i + 2) << 16;
    if (rest > 1) h ^= byte(i + 1) << 8;
    h = (h ^ byte(i)) * m;
  }
  h ^= h >> 13;
  h *= m;
  h ^= h >> 15;
  return static_cast<std::int32_t>(h);
}

std::uint32_t kafka_partition(std::string_view key, std::uint32_t partitions) {
  return (static_cast<std::uint32_t>(murmur2(key)) & 0x7fffffffu) % partitions;
}

}  // namespace wavetank
