#pragma once
// Drill: all that a run strikes, from the first strike to the audit. What is struck is recorded
// before, watched over by a process of its own while it lasts, and undone at the end.
//
//   auto drill = Drill::begin({...}, alarm);      the record and the watchdog are there
//   auto number = (*drill)->hit(strike, longest); at a fault's start
//   (*drill)->lift(*number);                      at its end
//   auto residue = (*drill)->end();               undoes the rest, audits; not empty: exit 6
//
// Every member is for any thread, and waits for the network: not for the thread of the loop.

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "system/live/drill/run_hold.h"
#include "system/live/drill/undo_record.h"
#include "system/live/drill/watchdog.h"

namespace wavetank::live {

struct DrillSettings {
  std::filesystem::path folder;
  RecordHead head;
  std::vector<std::string> watchdog;    ///< its command: see Watchdog::start
  Duration lease = whole_seconds(15);
  Patience patience{};
};

class Drill {
 public:
  /// `alarm` is called once, on a thread of the drill's own, when the run must stop: the watchdog
  /// is gone, a lease could not be renewed, or a strike outlives its time. It must not call the
  /// drill.
  using Alarm = std::function<void(const std::string& why)>;
  static Answer<std::unique_ptr<Drill>> begin(const DrillSettings& settings, Alarm alarm);
  Drill(const Drill&) = delete;
  Drill& operator=(const Drill&) = delete;
  /// A drill that was not ended is the watchdog's to undo.
  ~Drill();

  /// Prepares, records and applies it. Where it answers none, it was not applied, or undone at
  /// once, or is left to end(). A strike that nobody lifts within `longest` costs the run its
  /// lease.
  Answer<int> hit(std::unique_ptr<Strike> strike, Duration longest);
  /// Undoes and verifies. Where it answers trouble, end() tries again.
  Trouble lift(int number);
  /// No further hit; undoes what stands, reads back every strike of the run, dismisses the
  /// watchdog. What it returns is still there, or nobody can say that it is not. `said` is told of
  /// each before it is undone.
  std::vector<Residue> end(const std::function<void(const RecordedStrike&)>& said = {});
  /// Which strikes did not stand for a while that nobody had lifted: the run goes on, but what it
  /// shows is not what was asked for.
  std::vector<std::string> gaps() const;

 private:
  using Moment = std::chrono::steady_clock::time_point;
  struct Standing {
    std::shared_ptr<Strike> strike;
    Moment latest;
  };

  struct Held {
    std::unique_ptr<RunHold> hold;
    std::unique_ptr<UndoRecord> record;
    std::unique_ptr<Watchdog> watchdog;
  };
  Drill(DrillSettings settings, Alarm alarm, Held held);
  Answer<int> record(const std::shared_ptr<Strike>& strike, Duration longest);
  Trouble apply(int number, Strike& strike);
  void no_longer_busy();
  Trouble take_back(int number, Strike& strike, bool applied);
  void beat();
  Trouble renew();
  void stop();

  const DrillSettings settings_;
  const Alarm alarm_;
  mutable std::mutex mutex_;  ///< of the record, of what stands, of ended_
  const Held held_;
  std::map<int, Standing> standing_;
  std::vector<std::string> gaps_;
  int busy_ = 0;              ///< hits that may not be applied yet, and lifts under way
  bool ended_ = false;        ///< nothing more is struck or lifted one by one
  bool stopping_ = false;     ///< no more beats
  std::condition_variable wake_;
  std::thread beating_;
};

}  // namespace wavetank::live
