#pragma once
// What a drill may not be without: addresses that are allowed, the owner's marker, the target's
// lock, and ears for a halt. Asked before anything is touched, and while it lasts.

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "system/live/drill/lock.h"
#include "system/live/drill/marker.h"
#include "system/live/drill/notify.h"
#include "system/live/target.h"

namespace wavetank::app {

class DrillGuards {
 public:
  /// `stop` is called once, on a thread of its own, when the drill must end. `folder` is where the
  /// run keeps its undo record, if it strikes.
  DrillGuards(const live::Target& target, const std::string& run,
              std::function<void(const std::string& why)> stop, const std::string& folder = "");
  DrillGuards(const DrillGuards&) = delete;
  DrillGuards& operator=(const DrillGuards&) = delete;
  /// Gives the lock back.
  ~DrillGuards();

  /// Everything that forbids the drill; with any, nothing is held.
  std::vector<std::string> take();
  /// Whether its addresses and its owner allow it, as take() has found.
  bool allowed() const { return allowed_; }
  /// Whether a run that has ended has left faults there, as take() has found.
  bool struck() const { return lock_.struck(); }
  live::Notifier& notifier() { return notifier_; }

 private:
  void hold();
  void say(const std::string& why);

  const live::Target& target_;
  std::function<void(const std::string&)> stop_;
  std::atomic<bool> said_{false};
  std::unique_ptr<live::LockPlace> place_;
  live::TargetLock lock_;
  bool allowed_ = false;
  bool held_ = false;
  live::Notifier notifier_;
  std::unique_ptr<live::MarkerWatch> marker_;
  std::atomic<bool> ending_{false};
  std::thread renewals_;
};

}  // namespace wavetank::app
