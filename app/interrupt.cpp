#include "app/interrupt.h"

#include <csignal>

namespace wavetank::app {
namespace {

std::atomic<int> caught{0};
static_assert(std::atomic<int>::is_always_lock_free, "a handler may not wait for a lock");

void on_signal(int number) {
  caught.store(number);
  std::signal(number, SIG_DFL);
}

}  // namespace

const std::atomic<int>& watch_signals() {
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  return caught;
}

}  // namespace wavetank::app
