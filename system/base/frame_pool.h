#pragma once
// Memory for coroutine frames and calls: free lists by size class, refilled from chunks.
//
// One pool a run, never shared between threads. Blocks return to their list and chunks live until
// the pool dies, so memory follows the largest number of frames ever in flight.

#include <array>
#include <cstddef>
#include <vector>

namespace wavetank {

class FramePool {
 public:
  FramePool() = default;
  ~FramePool();
  FramePool(const FramePool&) = delete;
  FramePool& operator=(const FramePool&) = delete;

  void* take(std::size_t bytes) {
    const std::size_t cls = (bytes + granule - 1) / granule;
    if (cls >= classes) [[unlikely]] return ::operator new(bytes);
    if (Block* block = free_[cls]) [[likely]] {
      free_[cls] = block->next;
      return block;
    }
    return carve(cls);
  }

  void give(void* memory, std::size_t bytes) noexcept {
    const std::size_t cls = (bytes + granule - 1) / granule;
    if (cls >= classes) [[unlikely]] return ::operator delete(memory);
    auto* block = static_cast<Block*>(memory);
    block->next = free_[cls];
    free_[cls] = block;
  }

  /// Bytes held from the system, used or free.
  std::size_t reserved() const { return reserved_; }

 private:
  struct Block {
    Block* next;
  };
  static constexpr std::size_t granule = 32;
  static constexpr std::size_t classes = 129;  // up to 4 KiB
  static constexpr std::size_t chunk = 2 << 20;

  void* carve(std::size_t cls);

  std::array<Block*, classes> free_{};
  std::vector<std::byte*> chunks_;
  std::byte* fresh_ = nullptr;
  std::size_t left_ = 0;
  std::size_t reserved_ = 0;
};

}  // namespace wavetank
