#include "app/live/machine_probe.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <thread>

namespace wavetank::app {
namespace {

using Clock = std::chrono::steady_clock;

constexpr Duration usual_lateness = milliseconds(2);

Duration since(Clock::time_point start) {
  return Duration{
      std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - start).count()};
}

}  // namespace

std::vector<Duration> flush_times(const std::string& folder, int times) {
  const std::string path = folder + "/flush.probe";
  std::vector<Duration> found;
  const int file = ::open(path.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return found;
  const std::string page(8'192, 'w');
  for (int i = 0; i < times; ++i) {
    const auto start = Clock::now();
    const bool written = ::write(file, page.data(), page.size()) ==
                             static_cast<ssize_t>(page.size()) &&
                         ::fdatasync(file) == 0;
    if (!written) break;
    found.push_back(since(start));
  }
  ::close(file);
  ::unlink(path.c_str());
  std::sort(found.begin(), found.end());
  return found;
}

Duration oversleep() {
  const auto slept = Clock::now();
  std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return since(slept) - milliseconds(1);
}

Pauses watch_pauses(Duration time) {
  Pauses pauses;
  const auto start = Clock::now();
  while (since(start) < time) {
    const Duration late = oversleep();
    if (late > usual_lateness) pauses.lengths.push_back(late);
  }
  pauses.watched = since(start);
  std::sort(pauses.lengths.begin(), pauses.lengths.end());
  return pauses;
}

}  // namespace wavetank::app
