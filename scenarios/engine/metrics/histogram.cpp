#include "scenarios/engine/metrics/histogram.h"

#include <algorithm>

namespace wavetank::engine {

Histogram::Block* Histogram::add_block(std::uint32_t number) {
  blocks_[number] = std::make_unique<Block>();
  return blocks_[number].get();
}

void Histogram::add(std::uint32_t bucket, std::uint64_t n) {
  if (n == 0) return;
  const std::uint32_t number = bucket >> bucket_bits;
  Block& block = blocks_[number] != nullptr ? *blocks_[number] : *add_block(number);
  block[bucket & (buckets_per_block - 1)] += n;
  const auto middle = static_cast<std::uint64_t>(middle_of(bucket));
  count_ += n;
  sum_ += static_cast<Uint128>(middle) * n;
  min_ = std::min(min_, middle);
  max_ = std::max(max_, middle);
}

void Histogram::merge(const Histogram& other) {
  for (std::uint32_t b = 0; b < block_count; ++b) {
    if (other.blocks_[b] == nullptr) continue;
    Block& mine = blocks_[b] != nullptr ? *blocks_[b] : *add_block(b);
    for (std::uint32_t i = 0; i < buckets_per_block; ++i) mine[i] += (*other.blocks_[b])[i];
  }
  count_ += other.count_;
  sum_ += other.sum_;
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
}

void Histogram::clear() {
  for (auto& block : blocks_) {
    if (block != nullptr) block->fill(0);
  }
  count_ = 0;
  sum_ = 0;
  min_ = ~std::uint64_t{0};
  max_ = 0;
}

double Histogram::mean() const {
  return count_ == 0 ? 0 : static_cast<double>(sum_) / static_cast<double>(count_);
}

std::int64_t Histogram::quantile(PerMillion q) const {
  if (count_ == 0) return 0;
  constexpr std::uint64_t million = 1'000'000;
  const Uint128 wide = static_cast<Uint128>(count_) * std::min<std::uint64_t>(q, million);
  const auto rank = std::max<std::uint64_t>(
      1, static_cast<std::uint64_t>((wide + million - 1) / million));
  if (rank == 1) return min();
  if (rank == count_) return max();
  std::uint64_t seen = 0;
  for (std::uint32_t b = 0; b < block_count; ++b) {
    if (blocks_[b] == nullptr) continue;
    for (std::uint32_t i = 0; i < buckets_per_block; ++i) {
      seen += (*blocks_[b])[i];
      if (seen < rank) continue;
      return std::clamp(middle_of((b << bucket_bits) + i), min(), max());
    }
  }
  return max();
}

std::size_t Histogram::memory() const {
  std::size_t bytes = sizeof(*this);
  for (const auto& block : blocks_) bytes += block != nullptr ? sizeof(Block) : 0;
  return bytes;
}

}  // namespace wavetank::engine
