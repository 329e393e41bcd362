#pragma once
// An invariant reads the history online and says at the end: holds, broken or undecided.
//
// It needs the order of one entity's events only, keeps a few bytes an output, and no list of
// events. `saw` counts the situations that could have broken it, so that a vacuous pass is visible:
// "143 duplicates seen, 0 second effects". To add one: NAME.cpp with make_NAME(), a row in
// invariants.def, a test on histories written by hand, and a canary that it catches.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/engine/chain/recorder.h"
#include "scenarios/engine/run_report.h"
#include "scenarios/engine/trust/output_states.h"
#include "system/blueprints/blueprint.h"

namespace wavetank::engine {

/// What invariants may ask besides the events themselves. Not owned.
struct Bench {
  const OutputStates* states = nullptr;  ///< has applied the event at hand already
  Recorder* recorder = nullptr;          ///< may be null: evidence then has no chain
  /// Messages that wait in the topics for a first handling, where the world can say so.
  std::function<std::optional<std::int64_t>()> queued;
  service::Bounds bounds;                ///< what the platform promises of its own work
};

/// What a violation is shown by. Where a history has gaps an event that is not in it may have
/// happened: one that such an event would undo is in doubt there, and what was seen is not.
enum class ShownBy : std::uint8_t { presence, absence };

class Invariant : public Observer {
 public:
  virtual std::span<const EventKind> kinds() const = 0;
  void attach(Bench bench) { bench_ = std::move(bench); }

  /// Called once, at the end. `settled`: the run went to the end of its settle phase, drained or at
  /// its limit; false for one that was interrupted or aborted. Leaves name and protects empty.
  InvariantResult judge(bool settled, Time end);

 protected:
  static constexpr std::size_t evidence_max = 5;

  explicit Invariant(const char* saw_what) : saw_what_(saw_what) {}

  /// Counts what only the end shows. Runs before decided().
  virtual void at_end(bool settled, Time end);
  /// Whether enough was seen, and the run went far enough, to say that it holds.
  virtual bool decided(bool settled) const = 0;

  const OutputStates& states() const { return *bench_.states; }
  const Bench& bench() const { return bench_; }
  void saw(std::uint64_t n = 1) { saw_ += n; }
  std::uint64_t seen() const { return saw_; }
  std::uint64_t violations() const { return violations_; }

  /// One violation, at this event. `clause` follows the output's name: "written twice".
  void violated(const Event& event, const char* clause, ShownBy by = ShownBy::presence);
  /// The same with a clause that costs something to write: called only where it is kept.
  void violated(const Event& event, const std::function<std::string()>& clause,
                ShownBy by = ShownBy::presence);
  /// One that the end of the run shows; the chain is that of the output's newest known event.
  void violated_at_end(OutputId output, Time end, const std::string& clause,
                       ShownBy by = ShownBy::absence);
  /// `n` of them that no output can be named for.
  void violated_at_end(std::uint64_t n, Time end, const std::string& sentence,
                       ShownBy by = ShownBy::absence);

 private:
  struct Kept {
    Evidence evidence;
    EventId id = 0;
  };
  bool counted(std::uint64_t n, ShownBy by);

  const char* saw_what_;
  Bench bench_;
  std::uint64_t saw_ = 0;
  std::uint64_t violations_ = 0;
  std::uint64_t absences_ = 0;
  std::vector<Kept> kept_;
};

struct InvariantType {
  const char* name;
  const char* help;      ///< what it says, one sentence
  const char* protects;  ///< paths of the settings that guard it, the first most directly
  std::unique_ptr<Invariant> (*make)();
};
std::span<const InvariantType> invariant_types();
/// Null where there is none of that name.
const InvariantType* find_invariant(std::string_view name);

}  // namespace wavetank::engine
