#pragma once
// Something that another thread tells, waited for.

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace wavetank::live {

class Awaited {
 public:
  void come(std::string what) {
    {
      const std::lock_guard lock(mutex_);
      what_ = std::move(what);
    }
    came_.notify_all();
  }
  std::string wait() {
    std::unique_lock lock(mutex_);
    came_.wait(lock, [this] { return what_.has_value(); });
    return *what_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  std::optional<std::string> what_;
};

}  // namespace wavetank::live
