#pragma once
// Observed: what a run on a platform that really runs left behind. It is judged after the run, by
// playing its history again in virtual time, so that the same metrics and checkers judge both
// worlds.

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "scenarios/engine/load/client.h"
#include "scenarios/engine/metrics/metric_registry.h"
#include "scenarios/engine/run_report.h"
#include "system/ports/history.h"

namespace wavetank::engine {

/// An invariant that could not be judged as in a simulated run.
struct Blind {
  std::string invariant;
  /// What was seen to break it does; that it holds, or what is missing, cannot be said.
  bool broken_counts = false;
  std::string why;
  /// Where not empty only what these outputs show is in doubt: one that is broken by another is.
  std::set<OutputId> outputs{};
};

struct Observed {
  std::vector<Event> events;  ///< in the order in which they are to count
  ClientCounts counts;        ///< what the load did
  std::optional<GeneratorResult> generator;
  std::vector<FaultResult> faults;  ///< in file order: windows and tallies
  Time end{};                 ///< when the run ended
  bool issued = true;         ///< the load was offered in full
  bool settled = true;        ///< the platform drained, or had all its time to settle
  /// What the platform did not show. Nothing "holds" then, and nothing is broken by the want of an
  /// event.
  std::vector<std::string> gaps;
  /// Why what others than the load tell may lack something, beside gaps; empty: it does not.
  std::string lacking;
  std::vector<Blind> blind;
  /// Metrics made of times that were seen too late to be those of what they time, and why.
  std::vector<std::string> late;
  std::string late_why;
  /// Metrics that nobody tells there: that nothing of one was counted says nothing.
  std::vector<std::string> untold;
  std::vector<std::string> notes;      ///< what was strange, for people
  std::vector<std::string> invalid;    ///< why the run is no test: rate missed, late sends
  std::optional<std::string> stopped;  ///< the safety rule that ended it
  std::string stopped_by;              ///< the threshold that did, as the scenario writes it
  std::optional<std::string> residue;  ///< what was left behind
  int signal = 0;
};

/// Where the platform did not show everything, what held among what it showed is not decided, nor
/// what an event that is missing would mend.
void add_doubts(const Observed& observed, RunReport& report);
/// Figures and thresholds that rest on what was seen late are unknown; thresholds also where what
/// they rest on may lack something, unless too much of it was counted. Once they stand in `report`.
void doubt_figures(const Observed& observed, RunReport& report);
/// Made of what the load itself sends and is told: nothing of it can be lacking.
bool told_by_the_load(Metric metric);

}  // namespace wavetank::engine
