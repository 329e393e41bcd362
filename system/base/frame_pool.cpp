#include "system/base/frame_pool.h"

#include <sys/mman.h>

#include <new>

namespace wavetank {

FramePool::~FramePool() {
  for (std::byte* memory : chunks_) ::operator delete(memory, std::align_val_t{chunk});
}

void* FramePool::carve(std::size_t cls) {
  const std::size_t bytes = cls * granule;
  if (bytes > left_) {
    fresh_ = static_cast<std::byte*>(::operator new(chunk, std::align_val_t{chunk}));
    chunks_.push_back(fresh_);
    // What is in flight is scattered over the chunks: a huge page each spares most misses of the
    // TLB. It is advice: where the system has none to give, small ones do.
    madvise(fresh_, chunk, MADV_HUGEPAGE);
    left_ = chunk;
    reserved_ += chunk;
  }
  void* block = fresh_;
  fresh_ += bytes;
  left_ -= bytes;
  return block;
}

}  // namespace wavetank
