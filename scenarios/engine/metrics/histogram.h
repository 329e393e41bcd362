#pragma once
// Histogram: counts of non-negative integers (ns, bytes, millionths) in buckets that grow with the
// value, so that a quantile is right within 0.4 % at any magnitude.
//
// A power of two is cut into 128 equal buckets; values below 256 are kept exactly. The idea is that
// of HdrHistogram (Gil Tene); a power of two takes memory once a value falls into it. Count, sum,
// smallest and largest are exact. Negative values count as 0.

#include <array>
#include <bit>
#include <cstdint>
#include <memory>

#include "system/base/wide.h"

namespace wavetank::engine {

class Histogram {
 public:
  /// A share of the observations in millionths: 990'000 is p99.
  using PerMillion = std::uint32_t;
  static constexpr int bucket_bits = 7;
  static constexpr std::uint32_t buckets_per_block = 1u << bucket_bits;
  static constexpr std::uint32_t block_count = 64 - bucket_bits;

  Histogram() = default;
  Histogram(Histogram&&) noexcept = default;
  Histogram& operator=(Histogram&&) noexcept = default;

  void record(std::int64_t value) {
    const std::uint64_t v = value < 0 ? 0 : static_cast<std::uint64_t>(value);
    const std::uint32_t index = index_of(v);
    Block* block = blocks_[index >> bucket_bits].get();
    if (block == nullptr) [[unlikely]] block = add_block(index >> bucket_bits);
    ++(*block)[index & (buckets_per_block - 1)];
    ++count_;
    sum_ += v;
    if (v < min_) min_ = v;
    if (v > max_) max_ = v;
  }

  /// `n` observations in a bucket: each counts as its middle.
  void add(std::uint32_t bucket, std::uint64_t n);
  void merge(const Histogram& other);
  /// Forgets all observations and keeps the memory.
  void clear();

  bool empty() const { return count_ == 0; }
  std::uint64_t count() const { return count_; }
  Uint128 sum() const { return sum_; }
  std::int64_t min() const { return count_ == 0 ? 0 : static_cast<std::int64_t>(min_); }
  std::int64_t max() const { return static_cast<std::int64_t>(max_); }
  /// 0 where nothing was observed.
  double mean() const;
  /// The nearest-rank quantile: the bucket of the ceil(q n)-th smallest value, by its middle.
  std::int64_t quantile(PerMillion q) const;
  std::size_t memory() const;

  /// The bucket of a value, its middle value, and a visit of all buckets that are not empty, from
  /// small to large: for those who keep histograms in another form.
  static constexpr std::uint32_t index_of(std::uint64_t v) {
    if (v < buckets_per_block) return static_cast<std::uint32_t>(v);
    const int shift = 63 - std::countl_zero(v) - bucket_bits;
    const auto block = static_cast<std::uint32_t>(shift + 1);
    const auto bucket = static_cast<std::uint32_t>(v >> shift) & (buckets_per_block - 1);
    return (block << bucket_bits) + bucket;
  }
  static constexpr std::int64_t middle_of(std::uint32_t index) {
    const std::uint32_t block = index >> bucket_bits;
    const std::uint64_t bucket = index & (buckets_per_block - 1);
    if (block == 0) return static_cast<std::int64_t>(bucket);
    const std::uint32_t shift = block - 1;
    const std::uint64_t low = (bucket + buckets_per_block) << shift;
    return static_cast<std::int64_t>(low + (((std::uint64_t{1} << shift) - 1) >> 1));
  }
  template <class Visit>
  void each(Visit visit) const {
    for (std::uint32_t b = 0; b < block_count; ++b) {
      if (blocks_[b] == nullptr) continue;
      for (std::uint32_t i = 0; i < buckets_per_block; ++i) {
        const std::uint64_t n = (*blocks_[b])[i];
        if (n != 0) visit((b << bucket_bits) + i, n);
      }
    }
  }

 private:
  using Block = std::array<std::uint64_t, buckets_per_block>;
  Block* add_block(std::uint32_t number);

  std::uint64_t count_ = 0;
  Uint128 sum_ = 0;
  std::uint64_t min_ = ~std::uint64_t{0};
  std::uint64_t max_ = 0;
  std::array<std::unique_ptr<Block>, block_count> blocks_;
};

}  // namespace wavetank::engine
