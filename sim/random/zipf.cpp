#include "sim/random/zipf.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "sim/random/fixed.h"
#include "system/base/check.h"
#include "system/base/random.h"

namespace wavetank::sim {
namespace {

constexpr Uint128 whole = Uint128{1} << 64;
constexpr int guide_bits_max = 16;

}  // namespace

Zipf::Zipf(std::uint64_t keys, double s) : keys_(keys), s_(s) {
  WAVETANK_CHECK(keys > 0, "a Zipf law over no keys");
  WAVETANK_CHECK(s >= 0 && s < std::numeric_limits<double>::infinity(), "a bad Zipf exponent");
  if (s > 0) build();
}

void Zipf::build() {
  WAVETANK_CHECK(keys_ <= keys_max, "too many keys for a Zipf table");
  std::vector<double> weights;
  weights.reserve(keys_);
  for (std::uint64_t k = 1; k <= keys_; ++k) {
    const double weight = pow(static_cast<double>(k), -s_);
    if (weight < 0x1p-64) break;
    weights.push_back(weight);
  }
  double total = 0;  // small terms first
  for (std::size_t i = weights.size(); i-- > 0;) total += weights[i];

  const double words = 0x1p64 / total;
  Uint128 rest = 0;
  for (std::size_t i = 1; i < weights.size(); ++i)
    rest += static_cast<std::uint64_t>(weights[i] * words);

  // The first rank takes what rounding left, at most a word a key.
  begins_.reserve(weights.size());
  begins_.push_back(0);
  Uint128 begin = whole - rest;
  for (std::size_t i = 1; i < weights.size() && begin < whole; ++i) {
    begins_.push_back(static_cast<std::uint64_t>(begin));
    begin += static_cast<std::uint64_t>(weights[i] * words);
  }

  const int bits = std::min(guide_bits_max, static_cast<int>(std::bit_width(begins_.size())));
  guide_shift_ = 64 - bits;
  guide_.reserve((std::size_t{1} << bits) + 1);
  std::uint32_t rank = 0;
  for (std::uint64_t i = 0; i < (std::uint64_t{1} << bits); ++i) {
    const std::uint64_t word = i << guide_shift_;
    while (rank + 1 < begins_.size() && begins_[rank + 1] <= word) ++rank;
    guide_.push_back(rank);
  }
  guide_.push_back(static_cast<std::uint32_t>(begins_.size() - 1));
}

std::uint64_t Zipf::rank(std::uint64_t bits) const {
  if (s_ == 0) return below(bits, keys_);
  const std::uint64_t slot = bits >> guide_shift_;
  std::uint32_t low = guide_[slot];
  std::uint32_t high = guide_[slot + 1];
  while (low < high) {
    const std::uint32_t middle = low + (high - low + 1) / 2;
    if (begins_[middle] <= bits)
      low = middle;
    else
      high = middle - 1;
  }
  return low;
}

Uint128 Zipf::share_before(std::uint64_t rank) const {
  if (s_ == 0) return ((Uint128{rank} << 64) + keys_ - 1) / keys_;
  return rank < begins_.size() ? begins_[rank] : whole;
}

double Zipf::share(std::uint64_t rank) const {
  const Uint128 words = share_before(rank + 1) - share_before(rank);
  return static_cast<double>(words) * 0x1p-64;
}

std::shared_ptr<const Zipf> ZipfCache::get(std::uint64_t keys, double s) {
  if (tables_.size() >= tables_max && !tables_.contains({keys, s})) tables_.clear();
  std::shared_ptr<const Zipf>& table = tables_[{keys, s}];
  if (!table) table = std::make_shared<const Zipf>(keys, s);
  return table;
}

}  // namespace wavetank::sim
