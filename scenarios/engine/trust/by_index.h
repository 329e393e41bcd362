#pragma once
// A table over dense ids that grows in chunks: nothing moves, and a stray large id costs one chunk.
// The id that names nothing (an event about no output) has an entry of its own, outside the table.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace wavetank::engine {

template <class T>
class ByIndex {
 public:
  /// The entry, made if it is not there yet.
  T& at(std::uint32_t index) {
    if (index == nothing) return stray_;
    const std::size_t chunk = index >> chunk_bits;
    if (chunk >= chunks_.size()) chunks_.resize(chunk + 1);
    if (!chunks_[chunk]) chunks_[chunk] = std::make_unique<T[]>(chunk_size);
    if (index >= size_) size_ = std::size_t{index} + 1;
    return chunks_[chunk][index & chunk_mask];
  }

  /// The entry, or a default one where nothing was ever written.
  T get(std::uint32_t index) const {
    const std::size_t chunk = index >> chunk_bits;
    if (chunk >= chunks_.size() || !chunks_[chunk]) return T{};
    return chunks_[chunk][index & chunk_mask];
  }

  /// One more than the largest index that was written.
  std::size_t size() const { return size_; }

  /// Calls visit(index, entry) in the order of the index, skipping chunks that were never touched.
  template <class F>
  void each(F&& visit) const {
    for (std::size_t chunk = 0; chunk < chunks_.size(); ++chunk) {
      if (!chunks_[chunk]) continue;
      const std::size_t from = chunk << chunk_bits;
      const std::size_t to = from + chunk_size < size_ ? from + chunk_size : size_;
      for (std::size_t i = from; i < to; ++i) {
        visit(static_cast<std::uint32_t>(i), chunks_[chunk][i & chunk_mask]);
      }
    }
  }

 private:
  static constexpr std::uint32_t nothing = 0xffffffffu;
  static constexpr unsigned chunk_bits = 12;
  static constexpr std::size_t chunk_size = std::size_t{1} << chunk_bits;
  static constexpr std::size_t chunk_mask = chunk_size - 1;

  std::vector<std::unique_ptr<T[]>> chunks_;
  std::size_t size_ = 0;
  T stray_{};
};

}  // namespace wavetank::engine
