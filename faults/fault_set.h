#pragma once
// FaultSet: the faults of one run, in file order. It checks them before anything is touched, begins
// and ends each on time, and writes both into the history.
//
//   FaultSet faults(world, std::move(list));
//   for (const FaultProblem& problem : faults.problems()) ...   // any: do not run
//   faults.schedule(chaos_end);
//
// Lives as long as the world runs: the gate and the history hold its faults, unowned.

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "faults/fault.h"
#include "system/ports/world.h"

namespace wavetank::faults {

struct FaultProblem {
  std::size_t index = 0;  ///< in the file
  std::string field;      ///< "target", "fault" or "at"
  std::string what;
  std::string hint;
};

class FaultSet {
 public:
  /// `first` is the place in the file of the first of them: draws are named by it.
  FaultSet(World& world, std::vector<std::unique_ptr<Fault>> faults, std::size_t first = 0);
  FaultSet(const FaultSet&) = delete;
  FaultSet& operator=(const FaultSet&) = delete;

  /// Aims every fault. Unknown targets, powers that the world lacks, faults that would set one
  /// control at once: all of them, in file order.
  std::vector<FaultProblem> problems();

  /// Once, before the run starts, after problems() returned none. A fault with no `for` lasts until
  /// `chaos_end`, and none lasts longer; one that would begin then or later never does.
  void schedule(Time chaos_end);

  /// These are struck by others, by place: no gate of this world is asked for them.
  void leave_to_others(std::set<std::size_t> places) { elsewhere_ = std::move(places); }

  /// From now on `told` hears when a fault has begun, and when it ends.
  void tell(std::function<void(std::size_t index, bool begins)> told) { told_ = std::move(told); }

  /// Begins all of them now, until stop(): instead of schedule().
  void begin_now();

  /// Ends what is active and begins no more: for a run that is cut short. Not from a fault's task.
  void stop();

  std::size_t size() const { return faults_.size(); }
  const Fault& operator[](std::size_t index) const { return *faults_[index]; }
  /// How many are active now.
  std::size_t active() const;

 private:
  Task<void> begin_at(std::size_t index, Time at);
  Task<void> end_at(std::size_t index, Time at);
  void begin(std::size_t index);
  void end(std::size_t index);
  void note(EventKind kind, std::size_t index, EventId cause);

  World& world_;
  std::function<void(std::size_t, bool)> told_;
  std::set<std::size_t> elsewhere_;
  std::vector<std::unique_ptr<Fault>> faults_;
  TaskGroup tasks_;
};

/// When a fault with a `for` ends; time_max for one without.
Time planned_end(const FaultSpec& spec);

}  // namespace wavetank::faults
