#pragma once
// Crash points: every durable step that a platform takes, once for each kind of node, and the crash
// right before and right after it.
//
// DurableSteps listens at the gate of one run without crashes. Each step it found is then a
// crash_point fault for a run of its own, which is the same run up to the crash.

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "scenarios/engine/text/node.h"
#include "system/ports/world.h"

namespace wavetank::engine {

/// A crash at the n-th call like this one.
struct CrashPoint {
  std::string caller, verb, step;  ///< "api", "database.advance", "launched"
  bool after = false;              ///< the effect has happened
  std::int64_t nth = 1;
  Time at{};                       ///< when it strikes, in the run without other crashes

  /// "api before queue.publish", "launcher after database.advance launched".
  std::string words() const;
  /// A fault for a scenario, from `from` on.
  Node fault(Duration from, Duration restart_after) const;
};

/// What came of one run with one crash, or with two: the second strikes the first call like its own
/// that is made after the first crash.
struct CrashRun {
  std::vector<CrashPoint> crashes;
  bool struck = false;  ///< all of them
  std::vector<std::string> broken;  ///< invariants that hold without crashes
  std::string error;                ///< where wavetank itself failed
};

struct CrashSearch {
  std::vector<std::string> broken_anyway;  ///< invariants that break without a crash
  std::vector<CrashRun> points, pairs;
  std::uint64_t pairs_possible = 0;

  /// The first run that broke something, of points before pairs; null where none did.
  const CrashRun* first_broken() const;
  /// 0; 1 wavetank failed; 3 something broke; 4 there was no point, one was not
  /// struck, or an invariant breaks without a crash, so that none can show.
  int exit_code() const;
};

/// Two crashes as faults: see CrashRun.
std::vector<Node> crash_faults(const CrashRun& run, Duration from, Duration restart_after);

class DurableSteps final : public Rule {
 public:
  /// Only what happens after `from` and before `to` can be struck by a fault.
  DurableSteps(Time from, Time to) : from_(from), to_(to) {}

  /// Before the run starts.
  void listen(World& world);
  /// For each kind of node, verb and step the first call that took effect, by when it was made:
  /// the crash before and the crash after it.
  std::vector<CrashPoint> points() const;

  Verdict ask(const Call& call, Moment moment) override;
  void applied(const Call&, Verdict) override {}

 private:
  using Key = std::tuple<std::string, Op, std::string>;  ///< kind of node, verb, step
  using Name = std::tuple<Time, NodeId, std::uint64_t, std::uint32_t>;  ///< of a call under way
  struct Seen {
    std::int64_t requests = 0, replies = 0;
    std::map<Name, std::int64_t> under_way;  ///< to which request it was
    std::int64_t nth_request = 0, nth_reply = 0;
    Time sent{}, replied{};
    bool found = false;
  };

  World* world_ = nullptr;
  Time from_, to_;
  std::map<Key, Seen> seen_;
};

}  // namespace wavetank::engine
