#pragma once
// What is true of every output and every process, learned from the history alone: 16 bytes an
// output and one a process. The trust ledger keeps it; invariants read it.

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/engine/trust/by_index.h"
#include "system/ports/history.h"

namespace wavetank::engine {

/// What happened to an output on its way, as bits: at most 11.
enum class Reason : std::uint8_t {
  spill,
  hot_partition,
  slow_task,
  out_of_memory,
  executor_lost,
  task_failed,
  maps_again,
  callback_timed_out,
  callback_missed,
  relaunched,
  redelivered,
};
inline constexpr int reason_count = 11;
const char* words_for(Reason reason);

struct OutputState {
  static constexpr std::uint32_t no_time = 0xffffffffu;

  std::uint32_t entity = 0xffffffffu;
  std::uint32_t fresh_by_ms = no_time;  ///< no_time: no window
  std::uint32_t ready_ms = no_time;     ///< first moment at which the platform's rule may say yes
  std::uint32_t accepted : 1 = 0;
  std::uint32_t answered : 1 = 0;
  std::uint32_t state : 3 = 0;     ///< ProcessState of its newest change
  std::uint32_t manifest : 1 = 0;  ///< one stands
  std::uint32_t right : 1 = 0;     ///< it holds what was asked for
  std::uint32_t validated : 1 = 0;
  std::uint32_t priority : 2 = 0;
  std::uint32_t late : 1 = 0;       ///< ready, but after its window; exact to the nanosecond
  std::uint32_t waiting : 1 = 0;    ///< accepted, neither ready nor ended
  std::uint32_t false_yes : 1 = 0;  ///< a reader was told yes wrongly
  std::uint32_t reasons : 11 = 0;   ///< bits by Reason
  std::uint32_t faults : 8 = 0;     ///< bits by index in the file, 7 for all beyond

  bool known() const { return accepted || answered || state != 0; }
  bool ready() const { return ready_ms != no_time; }
  bool ended() const { return terminal(static_cast<ProcessState>(state)); }
};
static_assert(sizeof(OutputState) == 16);

struct ProcessFacts {
  std::uint8_t state : 3 = 0;  ///< ProcessState
  std::uint8_t seen : 1 = 0;
  std::uint8_t published : 1 = 0;  ///< its message was acknowledged by the log
  std::uint8_t handled : 1 = 0;    ///< its message was consumed or dead-lettered
  std::uint8_t terminals : 2 = 0;  ///< process_terminal since it last left a terminal state
};
static_assert(sizeof(ProcessFacts) == 1);

class OutputStates {
 public:
  /// What one event changed of its output.
  struct Change {
    bool opened = false;  ///< it is known for the first time, and waits
    bool closed = false;  ///< it waits no longer: ready or ended
  };
  Change apply(const Event& event);

  OutputState of(OutputId output) const { return outputs_.get(output.value); }
  OutputState& at(OutputId output) { return outputs_.at(output.value); }
  ProcessFacts of(ProcessId process) const { return processes_.get(process.value); }

  const ByIndex<OutputState>& outputs() const { return outputs_; }
  const ByIndex<ProcessFacts>& processes() const { return processes_; }

  /// The pipeline's own answer for this output at `now`, from what is true rather than from what a
  /// database or cache says. `fresh_for` 0 judges without staleness.
  TrustAnswer trust(const OutputState& state, Time now, Duration fresh_for) const;

  static std::uint32_t to_ms(Time t);  ///< rounded up; no_time where there is none or it is too far
  static Time from_ms(std::uint32_t ms) { return {static_cast<std::int64_t>(ms) * 1'000'000}; }

 private:
  struct KnownFault {
    EventId id = 0;
    std::uint32_t bit = 0;
  };

  bool open(OutputState& output, const Event& event);
  void advance(OutputState& output, const Event& event, ProcessState to);
  void message(const Event& event);
  void explain(OutputState& output, const Event& event);
  void blame(OutputState& output, EventId cause);

  ByIndex<OutputState> outputs_;
  ByIndex<ProcessFacts> processes_;
  std::vector<KnownFault> faults_;
};

}  // namespace wavetank::engine
