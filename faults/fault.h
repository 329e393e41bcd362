#pragma once
// Fault: a small object that strikes a run for a while. It answers the gate with verdicts, drives a
// control of the world, or both; what it touched it learns from calls and events.
//
// One fault is one type in one file and one line in faults.def. Most derive from CallFault (calls,
// by verdicts) or NodeFault (nodes, by controls). A Fault holds its settings and, while a FaultSet
// runs it, its state; clone() before a run, since a run uses it up.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "system/base/fields.h"
#include "system/base/task_group.h"
#include "system/ports/controls.h"
#include "system/ports/gate.h"
#include "system/ports/history.h"

namespace wavetank {
class World;
}

namespace wavetank::faults {

enum class Attempts : std::uint8_t { all, first };
/// Where a live platform is struck: in its processes, by single calls, or at the link to a service,
/// for everybody who takes it. In simulation both are the same calls.
enum class Through : std::uint8_t { gate, link };

/// What a scenario says about any fault; which fields a fault takes is in its describe().
struct FaultSpec {
  std::string label;  ///< written `name`; draws are named by it, else by the place in the file
  Duration at{};      ///< from the start of the run
  Duration lasts{};   ///< written `for`; 0 is until chaos ends
  std::string target;
  Ratio ratio{1.0};
  std::string keys = "all";  ///< as key_class.h says
  std::int64_t hot_keys = 100;
  Attempts attempts = Attempts::all;
  Through through = Through::gate;
};

/// Why a fault cannot run: a clause without a full stop, and a sentence that helps or nothing.
struct Obstacle {
  std::string what;
  std::string hint;
};

struct Tally {
  std::uint64_t fired = 0;    ///< verdicts applied, or control actions that took effect
  std::uint64_t touched = 0;  ///< distinct operations: see touched_what()
};

/// From when to when, the end excluded.
struct Window {
  Time from{};
  Time to{};
};

class Fault : public Rule, public Observer {
 public:
  /// The word of the scenario file, such as "latency".
  const char* name() const { return name_; }
  const FaultSpec& spec() const { return spec_; }
  const Tally& tally() const { return tally_; }
  /// The real window, once it has begun; `to` is time_max until it ends.
  const Window& window() const { return window_; }
  bool active() const { return active_; }
  /// Its fault_started event: the cause that effects name. 0 before it began.
  EventId id() const { return id_; }

  virtual std::unique_ptr<Fault> clone() const = 0;
  virtual void describe(Fields& f);
  /// A JSON object to paste into a scenario.
  virtual const char* snippet() const = 0;
  /// What `touched` counts: "calls", "tasks", "jobs" or "requests".
  virtual const char* touched_what() const = 0;
  /// What the world must be able to do.
  virtual std::vector<Power> needs() const { return {}; }
  /// Whether both may not be active at once, because both would set one control.
  virtual bool clashes(const Fault&) const { return false; }

  /// Resolves the target. Nothing returned means ready.
  virtual std::vector<Obstacle> aim(const World&) { return {}; }
  /// The verbs at which the gate asks it; 0 for none.
  virtual OpMask ops() const { return 0; }
  /// The events it hears, for the whole run: check active() where only the window counts.
  virtual std::vector<EventKind> observes() const { return {}; }
  void on_event(const Event&) override {}

  virtual void begin(World&) {}
  virtual void end(World&) {}
  /// It has done all that it will: who died of it must not be struck again.
  virtual bool spent() const { return false; }
  Verdict ask(const Call&, Moment) override { return Verdict::pass(); }
  void applied(const Call&, Verdict) override {}

 protected:
  /// 64 bits that belong to this fault and this call: the same in every run of the seed. A call for
  /// no entity, such as a poll, is told from its like by when it was sent.
  std::uint64_t bits_of(const Call& call, Moment moment) const;
  /// Whether `ratio` takes what has these bits: what 4 % takes, 5 % takes too.
  bool takes(std::uint64_t bits) const { return hits(bits, spec_.ratio.value); }
  std::uint64_t seed() const { return seed_; }
  Purpose purpose() const { return purpose_; }
  /// Runs `task` beside the fault; it ends with the run.
  void spawn(Task<void> task) { tasks_->spawn(std::move(task)); }

  FaultSpec spec_;
  Tally tally_;

 private:
  friend class FaultSet;
  friend std::unique_ptr<Fault> named(std::unique_ptr<Fault> fault, const char* name);
  void enlist(std::uint64_t seed, std::size_t index, TaskGroup& tasks);

  const char* name_ = "";
  std::uint64_t seed_ = 0;
  Purpose purpose_{""};
  TaskGroup* tasks_ = nullptr;
  Window window_{time_max, time_max};
  EventId id_ = 0;
  bool active_ = false;
};

}  // namespace wavetank::faults
