#pragma once
// The watchdog of a drill: a process of its own, in a session of its own, that undoes what the run
// has struck when the run is gone. A kill -9 of wavetank, of its process group or of its terminal
// leaves the watchdog alive.
//
// The two share a socket: the run beats, and its end of life, however it came, closes the socket.
// Time is measured by the watchdog's own monotonic clock; nobody's wall clock matters.

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "system/base/time.h"
#include "system/live/drill/notify.h"
#include "system/live/drill/trouble.h"
#include "system/live/drill/undo.h"

namespace wavetank::live {

/// What the run holds of it.
class Watchdog {
 public:
  /// Starts `command`, which must come to watch() below with the same lease, and waits until it
  /// watches. Its output goes to DIR/watchdog.log.
  static Answer<std::unique_ptr<Watchdog>> start(const std::vector<std::string>& command,
                                                 const std::filesystem::path& folder,
                                                 Duration lease);
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;
  ~Watchdog();

  /// Any thread; at least three times a lease. Trouble where the watchdog is gone: then nothing
  /// undoes for a run that is killed, and the run must stop by itself.
  Trouble beat();
  /// No beat for half a lease: the watchdog may be about to undo, so nothing more may be applied.
  bool lapsing() const;
  /// Tells it that the run is over, and waits for it to undo what is left. Trouble where it found
  /// residue, was gone, or took too long.
  Trouble dismiss(Duration most = whole_seconds(60));

 private:
  Watchdog(int socket, Duration lease);
  int socket_;
  Duration lease_;
  std::atomic<std::int64_t> last_beat_;
};

struct WatchSettings {
  Duration lease = whole_seconds(15);
  Patience patience{};
  int rounds = 120;                              ///< of undoing, after the run is gone
  std::chrono::milliseconds between{5'000};      ///< two rounds
  /// Told what came of a run that is gone: stop, residue. It returns at once.
  std::function<void(Notice)> notify{};
};

/// The watchdog itself: descriptor 0 is its socket. Returns when all is undone or there is no hope,
/// with the exit code: 0, or 6 where something is left behind.
int watch(const std::filesystem::path& folder, const WatchSettings& settings);

}  // namespace wavetank::live
