#pragma once
// Popularity of keys: the key of rank r (0 is the most popular) has a share proportional to
// (r + 1)^-s, for any s >= 0; s = 0 is uniform.
//
// A table holds where each rank begins among the 2^64 words, so sampling is the inverse of the
// distribution function: one word, O(log n) after a guide of at most 2^16 entries, and a small
// change of s moves few keys. Shares are exact multiples of 2^-64, within 1e-13 of the formula.

#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "system/base/wide.h"

namespace wavetank::sim {

/// Immutable. 8 bytes a key, and about 50 ns a key to build; a uniform one holds no table.
class Zipf {
 public:
  /// Most keys for s > 0; readers of scenarios refuse more.
  static constexpr std::uint64_t keys_max = std::uint64_t{1} << 28;

  Zipf(std::uint64_t keys, double s);

  std::uint64_t keys() const { return keys_; }
  double exponent() const { return s_; }

  /// The rank that 64 uniform bits choose, below keys().
  std::uint64_t rank(std::uint64_t bits) const;

  /// The share of all ranks before `rank`, in units of 2^-64; 2^64 at keys().
  Uint128 share_before(std::uint64_t rank) const;

  /// The probability of `rank`.
  double share(std::uint64_t rank) const;

 private:
  void build();

  std::uint64_t keys_;
  double s_;
  std::vector<std::uint64_t> begins_;  ///< only ranks that some word reaches
  std::vector<std::uint32_t> guide_;   ///< the rank at each multiple of 2^guide_shift_
  int guide_shift_ = 0;
};

/// Builds each table once. It serves a run, or runs that follow each other in one thread; what it
/// hands out outlives it. Full, it forgets all it has.
class ZipfCache {
 public:
  static constexpr std::size_t tables_max = 16;
  std::shared_ptr<const Zipf> get(std::uint64_t keys, double s);

 private:
  std::map<std::pair<std::uint64_t, double>, std::shared_ptr<const Zipf>> tables_;
};

}  // namespace wavetank::sim
