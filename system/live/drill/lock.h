#pragma once
// The lock of a target, and its halt flag: held at the target itself, so that every machine that
// reaches it sees the same.

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "system/live/drill/trouble.h"
#include "system/live/target.h"

namespace wavetank::live {

/// As a time: never lapses.
inline constexpr Duration for_ever = hours(24 * 365 * 50);

/// A place that keeps a few named entries. Time is measured there, not here. Any thread; each call
/// opens its own connection and ends within some seconds.
class LockPlace {
 public:
  virtual ~LockPlace() = default;
  /// Puts (name, holder) there for `time` where nobody else's entry stands; a holder's own is
  /// prolonged. Returns the holder whose entry stands now.
  virtual Answer<std::string> take(const std::string& name, const std::string& holder,
                                   Duration time) = 0;
  /// The holder; empty where there is no entry or it has lapsed.
  virtual Answer<std::string> read(const std::string& name) = 0;
  /// Removes the entry if it is this holder's.
  virtual Trouble drop(const std::string& name, const std::string& holder) = 0;
  /// "table wavetank_locks of wavetank on 127.0.0.1:5432".
  virtual std::string where() const = 0;
};

/// Where target.lock says: the database, the cache, or the state folder.
std::unique_ptr<LockPlace> lock_place(const Target& target);
std::unique_ptr<LockPlace> lock_in_database(const DatabaseTarget& target);
std::unique_ptr<LockPlace> lock_in_cache(const CacheTarget& target);
/// For one machine: its time is what `clock` counts in ns, else the time since the machine started.
using SteadyClock = std::function<std::int64_t()>;
std::unique_ptr<LockPlace> lock_in_folder(const std::string& folder, SteadyClock clock = {});

/// Who holds a lock, as the entry tells it. `folder` is where its run keeps its undo record.
nlohmann::json holder_of_this_process(const std::string& run, const std::string& folder = "");
/// "run r1 of ada on host lab7, process 812, since 2026-11-21T20:00:00Z, in /data/out/r1".
std::string holder_text(const std::string& holder);

/// One run's hold on its target. One thread at a time. Its end does not release it: release() does,
/// and a run that was killed loses it with time, or to a run on the same machine, as soon as what
/// it has struck is undone.
class TargetLock {
 public:
  static constexpr Duration usual_time = minutes(2);

  TargetLock(LockPlace& place, const std::string& run, Duration time = usual_time,
             const std::string& folder = "");
  /// Refused with the holder's name while another run holds it, or has ended and left faults; and
  /// while runs are halted.
  Trouble take();
  /// It was refused since a run that has ended has left faults.
  bool struck() const { return struck_; }
  /// Several times in `time`. Trouble where it was lost, runs are halted, or its place has not been
  /// reached for so long that it may be lost: then the run stops.
  Trouble renew();
  Trouble release();

 private:
  LockPlace& place_;
  std::string holder_;
  Duration time_;
  std::int64_t last_ = 0;  ///< ns of the monotonic clock when it was last sure to be ours
  bool struck_ = false;
};

/// Who runs on the target, so far as it lives; nothing where nobody does.
Answer<std::optional<std::string>> who_runs(LockPlace& place);

/// Stops all runs and refuses new ones until released. Who halted first stays named.
Trouble halt_target(LockPlace& place, const std::string& reason);
/// Nothing where runs are not halted.
Answer<std::optional<std::string>> who_halted(LockPlace& place);
Trouble release_halt(LockPlace& place);

}  // namespace wavetank::live
