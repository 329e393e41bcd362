#pragma once
// SIGINT and SIGTERM end a run early but whole: the runner polls the flag, and a partial report is
// written. A second signal ends the program at once.

#include <atomic>

namespace wavetank::app {

/// From here on. The flag is 0 until a signal came, then its number.
const std::atomic<int>& watch_signals();

}  // namespace wavetank::app
