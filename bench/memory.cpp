#include "bench/memory.h"

#include <malloc.h>

#include <fstream>
#include <string>

namespace wavetank::bench {

std::size_t live_heap() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

std::size_t peak_rss() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    std::size_t kib = 0;
    if (word == "VmHWM:" && status >> kib) return kib << 10;
  }
  return 0;
}

void forget_peak_rss() {
  malloc_trim(0);
  std::ofstream("/proc/self/clear_refs") << "5\n";
}

}  // namespace wavetank::bench
