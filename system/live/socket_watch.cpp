#include "system/live/socket_watch.h"

#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <limits>

namespace wavetank::live {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch())
      .count();
}

}  // namespace

SocketWatch::SocketWatch() : thread_([this] { work(); }) {}

SocketWatch::~SocketWatch() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void SocketWatch::work() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    std::int64_t next = never;
    for (auto& [number, wait] : waits_) {
      if (wait.fired) continue;
      if (wait.until <= now_ns()) {
        wait.fired = true;
        ::shutdown(wait.socket, SHUT_RDWR);
      } else {
        next = std::min(next, wait.until);
      }
    }
    if (next == never) {
      wake_.wait(lock);
    } else {
      wake_.wait_until(lock, Clock::time_point(std::chrono::nanoseconds(next)));
    }
  }
}

SocketWatch::Armed::Armed(SocketWatch& watch, int socket, Duration within) : watch_(watch) {
  const std::int64_t until = now_ns() + within.ns;
  const std::lock_guard lock(watch_.mutex_);
  bool soonest = true;
  for (const auto& [number, wait] : watch_.waits_) soonest = soonest && until < wait.until;
  number_ = ++watch_.last_;
  watch_.waits_.emplace(number_, Wait{socket, until});
  if (soonest) watch_.wake_.notify_one();
}

SocketWatch::Armed::~Armed() {
  const std::lock_guard lock(watch_.mutex_);
  watch_.waits_.erase(number_);
}

bool SocketWatch::Armed::fired() const {
  const std::lock_guard lock(watch_.mutex_);
  return watch_.waits_.at(number_).fired;
}

}  // namespace wavetank::live
