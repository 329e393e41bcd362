#pragma once
// How unevenly one job's bytes fall into its hash partitions, without placing every key.
//
// The heaviest keys are placed one by one, each where place_key() puts it; what remains is spread
// evenly. Keys are placed until the rest, if it were hashed, would vary by less than 5 % of a mean
// partition (one standard deviation), and at most 4,096 of them. Uniform keys count as perfectly
// even. Setting up takes about 2 * partitions keys for Zipf(1), 60 ns each; then a partition takes
// O(log) of the keys placed.

#include <cstdint>
#include <utility>
#include <vector>

#include "sim/random/sampler.h"
#include "system/base/units.h"

namespace wavetank::sim {

/// How a job's bytes are shared between its keys.
struct KeySkew {
  std::uint64_t keys = 1'000'000;
  double zipf = 0;       ///< the exponent s; 0 is uniform
  double hot_share = 0;  ///< one more key takes this share of all bytes, in [0, 1]; 0 is none
};

/// Immutable; owns its table, and holds none for even shares.
class PartitionShares {
 public:
  /// Even shares of at least one partition.
  explicit PartitionShares(std::uint32_t partitions);

  /// `job` names the placement; two stages of a job that hash alike pass the same one.
  PartitionShares(const KeySkew& skew, std::uint32_t partitions, const Entropy& job);

  std::uint32_t partitions() const { return partitions_; }

  /// The bytes of partition `p` where the job has `total`. All partitions sum to exactly `total`;
  /// even shares differ by one byte at most.
  Bytes bytes(Bytes total, std::uint32_t p) const;

  /// The share of partition `p`; all sum to 1.
  double share(std::uint32_t p) const;

  /// The first of the largest partitions.
  std::uint32_t hottest() const;

  /// The largest partition over the mean one: 1 where shares are even.
  double max_over_mean() const;

 private:
  /// The keys placed in `partition` and in all before it.
  struct Placed {
    std::uint32_t partition;
    std::uint64_t share_up_to;  ///< in units of 2^-64
  };

  void place(std::vector<std::pair<std::uint32_t, double>> keys);
  std::uint64_t placed_before(std::uint32_t p) const;
  std::int64_t bytes_before(std::int64_t total, std::uint32_t p) const;

  std::uint32_t partitions_;
  std::vector<Placed> placed_;  ///< ascending
};

/// The sum of k^-s over k = 1 .. n (n >= 1, s >= 0), by Euler and Maclaurin's formula after the
/// first 64 terms; relative error below 1e-12.
double zipf_total(std::uint64_t n, double s);

}  // namespace wavetank::sim
