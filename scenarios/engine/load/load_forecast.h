#pragma once
// What a plan comes to within a stretch of time, counted request by request with the draws of the
// run itself: what a live run is held against before it begins, and what --dry-run tells.

#include <cstdint>
#include <span>
#include <string>

#include "scenarios/engine/load/load_plan.h"

namespace wavetank::engine {

/// A stretch in which more is sent than the plan says.
struct LoadSurge {
  std::string load;  ///< by name; empty: every load
  Time from{}, to{};
  double factor = 1;  ///< of the rate; less than 1 takes nothing away here
};

struct LoadForecast {
  std::uint64_t submits = 0, status_reads = 0, output_reads = 0;
  std::uint64_t polls = 0;  ///< of submits: at most, each asked to the end of its patience
  std::uint64_t tries = 0;  ///< of submits and reads: at most, each as often as its load allows
  std::uint64_t submit_tries = 0;  ///< of submits alone
  Bytes input{}, shuffle{}, output{};  ///< of all submits, each done once
  Bytes input_most{};                  ///< of the greatest submit
  double trace_rate_per_s = 0;         ///< of traces, each in its busiest `trace_window`
  static constexpr Duration trace_window = whole_seconds(10);
  std::uint64_t requests() const { return submits + status_reads + output_reads; }
};

/// Everything that is planned from `from` on and before `to`. A closed load has no plan: none of it
/// counts.
LoadForecast forecast(const LoadPlan& plan, Time from, Time to, std::span<const LoadSurge> surges);

/// The fastest rate of a shape in that stretch, surges included, a second; 0 for a trace.
double fastest_rate(const LoadEntry& entry, Time from, Time to, std::span<const LoadSurge> surges);

}  // namespace wavetank::engine
