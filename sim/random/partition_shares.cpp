#include "sim/random/partition_shares.h"

#include <algorithm>
#include <utility>

#include "sim/random/fixed.h"
#include "sim/random/key_partition.h"
#include "system/base/check.h"

namespace wavetank::sim {
namespace {

constexpr std::uint64_t placed_max = 4096;
constexpr double smooth = 0.05;
constexpr std::uint64_t hot_key = ~std::uint64_t{0};  // the rank that stands for the hot key
constexpr double words = 0x1p64;

/// The integral of x^-s from m to n.
double power_integral(double m, double n, double s) {
  const double log_ratio = ln(n / m);
  const double t = (1 - s) * log_ratio;
  double mean_growth;  // (e^t - 1) / t
  if (t > -1e-3 && t < 1e-3)
    mean_growth = 1 + t / 2 * (1 + t / 3 * (1 + t / 4));
  else
    mean_growth = (exp(t) - 1) / t;
  return pow(m, 1 - s) * log_ratio * mean_growth;
}

}  // namespace

double zipf_total(std::uint64_t n, double s) {
  constexpr std::uint64_t exact = 64;
  double sum = 0;
  for (std::uint64_t k = std::min(n, exact); k > 0; --k) sum += pow(static_cast<double>(k), -s);
  if (n <= exact) return sum;
  const double m = exact;
  const double last = static_cast<double>(n);
  sum += power_integral(m, last, s);
  sum += (pow(last, -s) - pow(m, -s)) / 2;
  sum += s / 12 * (pow(m, -s - 1) - pow(last, -s - 1));
  sum -= s * (s + 1) * (s + 2) / 720 * (pow(m, -s - 3) - pow(last, -s - 3));
  return sum;
}

PartitionShares::PartitionShares(std::uint32_t partitions) : partitions_(partitions) {
  WAVETANK_CHECK(partitions > 0, "shares of no partitions");
}

PartitionShares::PartitionShares(const KeySkew& skew, std::uint32_t partitions, const Entropy& job)
    : PartitionShares(partitions) {
  WAVETANK_CHECK(skew.keys > 0 && skew.zipf >= 0, "a bad Zipf law");
  WAVETANK_CHECK(skew.hot_share >= 0 && skew.hot_share <= 1, "the hot key's share is no share");
  std::vector<std::pair<std::uint32_t, double>> keys;
  if (skew.hot_share > 0) keys.emplace_back(place_key(job, hot_key, partitions), skew.hot_share);

  if (skew.zipf > 0) {
    // How many keys are placed does not depend on the hot key, so that one leaves the rest alone.
    const double top = 1 / zipf_total(skew.keys, skew.zipf);
    const double limit = smooth * smooth / partitions;
    double squares = top * top * zipf_total(skew.keys, 2 * skew.zipf);  // of the rest's shares
    const std::uint64_t most = std::min(skew.keys, placed_max);
    for (std::uint64_t rank = 0; rank < most && squares > limit; ++rank) {
      const double share = top * pow(static_cast<double>(rank + 1), -skew.zipf);
      squares -= share * share;
      keys.emplace_back(place_key(job, rank, partitions), share * (1 - skew.hot_share));
    }
  }
  place(std::move(keys));
}

void PartitionShares::place(std::vector<std::pair<std::uint32_t, double>> keys) {
  std::sort(keys.begin(), keys.end());
  double sum = 0;
  for (const auto& [partition, share] : keys) {
    sum += share;
    const double up_to = sum * words;
    const std::uint64_t share_up_to =
        up_to < words ? static_cast<std::uint64_t>(up_to) : ~std::uint64_t{0};
    if (!placed_.empty() && placed_.back().partition == partition)
      placed_.back().share_up_to = share_up_to;
    else
      placed_.push_back({partition, share_up_to});
  }
}

std::uint64_t PartitionShares::placed_before(std::uint32_t p) const {
  const auto next = std::partition_point(placed_.begin(), placed_.end(),
                                         [p](const Placed& x) { return x.partition < p; });
  return next == placed_.begin() ? 0 : (next - 1)->share_up_to;
}

std::int64_t PartitionShares::bytes_before(std::int64_t total, std::uint32_t p) const {
  const auto of_keys = [total](std::uint64_t share) {
    return static_cast<std::int64_t>((Uint128{share} * static_cast<std::uint64_t>(total)) >> 64);
  };
  const std::int64_t rest = total - of_keys(placed_before(partitions_));
  const Int128 spread = Int128{rest} * p / partitions_;
  return of_keys(placed_before(p)) + static_cast<std::int64_t>(spread);
}

Bytes PartitionShares::bytes(Bytes total, std::uint32_t p) const {
  const std::int64_t end = bytes_before(total.count, p + 1);
  const std::int64_t begin = bytes_before(total.count, p);
  return {end - begin};
}

double PartitionShares::share(std::uint32_t p) const {
  const std::uint64_t all = placed_before(partitions_);
  const std::uint64_t end = placed_before(p + 1);
  const std::uint64_t own = end - placed_before(p);
  const double rest = 1 - static_cast<double>(all) / words;
  return static_cast<double>(own) / words + rest / partitions_;
}

std::uint32_t PartitionShares::hottest() const {
  std::uint32_t hottest = 0;
  std::uint64_t largest = 0;
  std::uint64_t before = 0;
  for (const Placed& placed : placed_) {
    if (placed.share_up_to - before > largest) {
      largest = placed.share_up_to - before;
      hottest = placed.partition;
    }
    before = placed.share_up_to;
  }
  return hottest;
}

double PartitionShares::max_over_mean() const { return share(hottest()) * partitions_; }

}  // namespace wavetank::sim
