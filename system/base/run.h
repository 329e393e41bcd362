#pragma once
// The one thread-local: which run this thread is in. It serves the frame pool, the trampoline and
// CHECK's message; nothing else may hide behind it.

#include <coroutine>
#include <cstdint>

#include "system/base/frame_pool.h"

namespace wavetank {

class Run {
 public:
  explicit Run(std::uint64_t seed) : outer_(current_), seed_(seed) { current_ = this; }
  ~Run() { current_ = outer_; }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  /// The innermost run of this thread, or null outside of any.
  static Run* current() { return current_; }

  std::uint64_t seed() const { return seed_; }
  FramePool& frames() { return frames_; }

  /// Trampoline: what the loop resumes as soon as the coroutine at hand suspends.
  std::coroutine_handle<> next;

 private:
  static inline thread_local Run* current_ = nullptr;
  Run* outer_;
  std::uint64_t seed_;
  FramePool frames_;
};

}  // namespace wavetank
