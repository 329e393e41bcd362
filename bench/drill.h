#pragma once
// A drill: a scenario as `wavetank run` runs it, and what running it took. Nothing of the runner is
// repeated here: app reads the scenario and gives it a tank, the engine runs it.

#include <benchmark/benchmark.h>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/engine/run_report.h"

namespace wavetank::bench {

struct Drill {
  std::string scenario;           ///< its file in scenarios/
  std::vector<std::string> sets;  ///< as --set has them
  double load = 1;                ///< as --load has it
  bool judged = true;             ///< see engine::RunOptions
};

struct Outcome {
  std::string trouble;  ///< why it did not run; empty where it did
  engine::RunReport report;
  std::uint64_t ended = 0;           ///< jobs that came to a terminal state
  std::uint64_t tasks = 0;           ///< attempts of tasks that finished
  std::uint64_t in_flight_peak = 0;  ///< jobs accepted and not ended
  /// Bytes of live heap, the most of two hundred looks, above what was live before. Memory that the
  /// frame pool keeps for later counts as live.
  std::size_t heap_peak = 0;
};

/// Runs it once. Time is `state`'s if there is one; reading the scenario does not count.
Outcome run(const Drill& drill, benchmark::State* state = nullptr);

/// Runs it as the body of a benchmark of one iteration, with the counters that every run has. Rates
/// are per second of processor time: events, one event, virtual seconds, jobs that ended and tasks.
/// rss_peak is the most resident memory that the process had since the run began.
Outcome measure(benchmark::State& state, const Drill& drill);

}  // namespace wavetank::bench
