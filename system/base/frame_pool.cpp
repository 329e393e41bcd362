#include "system/base/frame_pool.h"

namespace wavetank {

void* FramePool::carve(std::size_t cls) {
  const std::size_t bytes = cls * granule;
  if (bytes > left_) {
    chunks_.push_back(std::make_unique_for_overwrite<std::byte[]>(chunk));
    fresh_ = chunks_.back().get();
    left_ = chunk;
    reserved_ += chunk;
  }
  void* block = fresh_;
  fresh_ += bytes;
  left_ -= bytes;
  return block;
}

}  // namespace wavetank
