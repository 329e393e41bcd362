#pragma once
// A vector in chunks that never move: growing copies nothing, addresses stay valid, and indices far
// apart cost only the chunks that hold them. Elements start as T{}, which should mean "absent".

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace wavetank::sim {

template <class T, int chunk_bits = 12>
class ChunkedVector {
 public:
  /// The element, made with its chunk if it was not there.
  T& operator[](std::size_t index) {
    const std::size_t chunk = index >> chunk_bits;
    if (chunk >= chunks_.size()) chunks_.resize(chunk + 1);
    if (!chunks_[chunk]) {
      chunks_[chunk] = std::make_unique<T[]>(chunk_size);
      ++allocated_;
    }
    return chunks_[chunk][index & (chunk_size - 1)];
  }

  /// The element, or nullptr where its chunk was never touched.
  const T* find(std::size_t index) const {
    const std::size_t chunk = index >> chunk_bits;
    if (chunk >= chunks_.size() || !chunks_[chunk]) return nullptr;
    return &chunks_[chunk][index & (chunk_size - 1)];
  }

  std::size_t bytes() const {
    return allocated_ * chunk_size * sizeof(T) + chunks_.capacity() * sizeof(chunks_[0]);
  }

 private:
  static constexpr std::size_t chunk_size = std::size_t{1} << chunk_bits;

  std::vector<std::unique_ptr<T[]>> chunks_;
  std::size_t allocated_ = 0;
};

/// Slots of T by index, recycled last in, first out. A freed slot keeps its old value until it is
/// taken again.
template <class T, int chunk_bits = 12>
class SlotPool {
 public:
  std::uint32_t take() {
    ++in_use_;
    if (free_.empty()) return used_++;
    const std::uint32_t slot = free_.back();
    free_.pop_back();
    return slot;
  }
  void give_back(std::uint32_t slot) {
    --in_use_;
    free_.push_back(slot);
  }
  T& operator[](std::uint32_t slot) { return slots_[slot]; }
  const T& operator[](std::uint32_t slot) const { return *slots_.find(slot); }
  std::size_t in_use() const { return in_use_; }
  std::size_t bytes() const { return slots_.bytes() + free_.capacity() * sizeof(std::uint32_t); }

 private:
  ChunkedVector<T, chunk_bits> slots_;
  std::vector<std::uint32_t> free_;
  std::uint32_t used_ = 0;
  std::size_t in_use_ = 0;
};

}  // namespace wavetank::sim
