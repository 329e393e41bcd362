#pragma once
// SIGINT and SIGTERM end a run early but whole: the runner polls the flag, and a partial report is
// written. A second signal ends the program at once, or after LastWords.

#include <atomic>
#include <functional>
#include <thread>

namespace wavetank::app {

/// From here on. The flag is 0 until a signal came, then its number.
const std::atomic<int>& watch_signals();

/// While it lives, a second signal of either kind does not just kill: `say` is called, on a thread
/// of its own, and then the process ends at once, with 128 + the number of that signal and without
/// any clean-up. A third signal does not wait for it. One at a time; `say` must not wait for who
/// may be stuck.
class LastWords {
 public:
  explicit LastWords(std::function<void()> say);
  /// From here on a second signal ends the program at once.
  ~LastWords();
  LastWords(const LastWords&) = delete;
  LastWords& operator=(const LastWords&) = delete;

 private:
  std::thread listening_;
};

}  // namespace wavetank::app
