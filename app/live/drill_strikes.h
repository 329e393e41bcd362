#pragma once
// What a drill does to its platform while the load runs, by threads of its own: the loop never
// waits.

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "system/live/drill/drill.h"
#include "system/live/session_pool.h"

namespace wavetank::app {

/// How long a fault stands in a process that nobody renews it in.
inline constexpr Duration fault_lease = whole_seconds(10);
/// Of one fault; their numbers start at its index times this.
inline constexpr std::size_t strikes_most = 100;

struct DrillStrikes {
  DrillStrikes() : threads(4, [] { return std::make_unique<int>(0); }) {}

  /// One fault's strikes, from its beginning to its end.
  struct Struck {
    std::mutex mutex;  ///< held while it begins and while it ends
    std::vector<int> numbers;
    std::uint64_t hits = 0;  ///< all that were applied
    bool ended = false;
  };

  void begin(std::size_t index, std::vector<std::unique_ptr<live::Strike>> strikes,
             Duration longest) {
    auto held = std::make_shared<std::vector<std::unique_ptr<live::Strike>>>(std::move(strikes));
    std::shared_ptr<Struck>& struck = faults[index];
    struck = std::make_shared<Struck>();
    threads.submit([this, struck = struck, held, longest](auto&) {
      const std::lock_guard busy(struck->mutex);
      for (std::unique_ptr<live::Strike>& strike : *held) {
        if (struck->ended) return;
        const std::string what = strike->describe().what;
        auto number = drill->hit(std::move(strike), longest);
        if (number) {
          struck->numbers.push_back(*number);
          ++struck->hits;
        } else {
          trouble(what + ": " + number.why());
        }
      }
    });
  }
  void end(std::size_t index) {
    const auto found = faults.find(index);
    if (found == faults.end()) return;
    threads.submit([this, struck = found->second](auto&) {
      const std::lock_guard busy(struck->mutex);
      struck->ended = true;
      for (const int number : struck->numbers) {
        if (const live::Trouble wrong = drill->lift(number)) trouble(*wrong);
      }
      struck->numbers.clear();
    });
  }
  void trouble(const std::string& what) {
    const std::lock_guard lock(mutex);
    troubles.insert(what);
  }
  std::vector<std::string> taken() {
    const std::lock_guard lock(mutex);
    return {troubles.begin(), troubles.end()};
  }

  std::mutex mutex;
  std::set<std::string> troubles;
  std::map<std::size_t, std::shared_ptr<Struck>> faults;  ///< of the loop's thread
  std::unique_ptr<live::Drill> drill;
  live::SessionPool<int> threads;  // last: it ends before what it writes to
};

}  // namespace wavetank::app
