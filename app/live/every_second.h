#pragma once
// EverySecond: things that are looked at once a second, each by a thread of its own, so that one
// that does not answer delays no other.

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace wavetank::app {

class EverySecond {
 public:
  EverySecond() = default;
  EverySecond(const EverySecond&) = delete;
  EverySecond& operator=(const EverySecond&) = delete;
  ~EverySecond() { stop(); }

  /// Looks at once, and then a second after each look has ended. `look` must not throw.
  void add(std::function<void()> look);
  /// Waits for looks that are under way.
  void stop();

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace wavetank::app
