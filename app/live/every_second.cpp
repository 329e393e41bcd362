#include "app/live/every_second.h"

#include <chrono>

namespace wavetank::app {
namespace {

constexpr auto between = std::chrono::seconds(1);

}  // namespace

void EverySecond::add(std::function<void()> look) {
  threads_.emplace_back([this, look = std::move(look)] {
    for (;;) {
      look();
      std::unique_lock lock(mutex_);
      if (wake_.wait_for(lock, between, [this] { return ending_; })) return;
    }
  });
}

void EverySecond::stop() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

}  // namespace wavetank::app
