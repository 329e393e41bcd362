#pragma once
// One simulated run: the loop with nothing but virtual time behind it. The driver jumps to the next
// deadline; nothing waits. The fingerprint covers every state change and every finished call.

#include <functional>

#include "system/base/loop.h"
#include "system/base/run.h"
#include "system/base/task_group.h"
#include "system/ports/gate.h"
#include "system/ports/history.h"

namespace wavetank::sim {

class Simulation {
 public:
  explicit Simulation(std::uint64_t seed)
      : run_(seed), loop_(run_), history_(loop_), gate_(loop_), root_(loop_, loop_.root()) {}

  Loop& loop() { return loop_; }
  History& history() { return history_; }
  Gate& gate() { return gate_; }
  /// Tasks of the world itself: servers' work, links, timers.
  TaskGroup& root() { return root_; }
  std::uint64_t seed() const { return run_.seed(); }

  /// Runs until nothing is due at or before `limit`, or `stop` says so (asked every 4,096 steps).
  /// Returns whether it got there.
  bool run_until(Time limit, const std::function<bool()>& stop);

  std::uint64_t fingerprint() const { return history_.fingerprint(); }
  std::uint64_t events() const { return loop_.events(); }

 private:
  Run run_;
  Loop loop_;
  History history_;
  Gate gate_;
  TaskGroup root_;
};

}  // namespace wavetank::sim
