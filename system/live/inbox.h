#pragma once
// Inbox: the one way from another thread to the loop. Threads own what they work on and never touch
// a frame, a call or a port; what they found comes back as a job for the loop's thread.

#include <functional>

namespace wavetank::live {

class Inbox {
 public:
  virtual ~Inbox() = default;
  /// From any thread: `job` runs on the loop's thread, in the order in which one thread posts.
  /// Jobs that come after the world has stopped are destroyed unrun, on the loop's thread.
  virtual void post(std::function<void()> job) = 0;
};

}  // namespace wavetank::live
