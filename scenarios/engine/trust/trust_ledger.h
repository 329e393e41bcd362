#pragma once
// Can we trust the output? Answered for every output by the pipeline's own rule (system/trust.h),
// from what the history says is true, and held against what readers were told.
//
// Subscribe the ledger before anything that reads its states: observers are told in order.

#include <span>
#include <string>

#include "scenarios/engine/run_report.h"
#include "scenarios/engine/trust/output_states.h"
#include "scenarios/engine/trust/overdue_sweep.h"

namespace wavetank::engine {

class Recorder;

class TrustLedger final : public Observer {
 public:
  static std::span<const EventKind> kinds();
  void on_event(const Event& event) override;

  const OutputStates& states() const { return states_; }
  /// Outputs that are past their window and not ready, as of the last event.
  std::uint64_t overdue() const { return sweep_.overdue(); }

  /// The answer at the end of the run. Every output counts once, as the first that applies of wrong
  /// (what stands is not what was asked for), failed, late (ready after its window, or not ready
  /// and past it), unknown (in progress and not due, or nobody checked it), trusted. Falsely
  /// trusted ones are counted besides: a reader was told yes, or the rule says yes, and it is not
  /// so. `recorder`, if there is one, adds what the causes of the worst outputs were.
  /// What is under way when a run was cut short (not `settled`) is neither on time nor late.
  TrustResult result(Time end, bool settled, Recorder* recorder = nullptr);

  /// Fills what the history says of jobs, from accepted to late; the load knows the rest.
  void count_jobs(Time end, JobCounts& counts) const;

 private:
  enum class Standing : std::uint8_t { trusted, unknown, late, failed, wrong };

  Standing standing(const OutputState& state, Time end) const;
  bool falsely_trusted(const OutputState& state, Time end) const;
  void hear(const Event& event);
  /// What is wrong with it besides being late; empty where nothing is.
  std::string standing_words(const OutputState& state, Time end) const;
  WorstOutput worst_output(std::uint32_t output, const OutputState& state, Time end,
                           Recorder* recorder) const;

  OutputStates states_;
  OverdueSweep sweep_;
};

/// Adds to `text`, separated by commas: the faults that touched an output, then what happened to
/// it.
void add_reasons(std::string& text, const OutputState& state,
                 std::span<const std::string> fault_names);

}  // namespace wavetank::engine
