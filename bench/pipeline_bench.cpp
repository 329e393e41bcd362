// The whole pipeline: scenarios/callback_timeouts.json at ten times its rate, in a minute instead
// of ten, so that the file's 120,000 jobs run. The fault keeps its place and its share of the run.
//
// Ten times its rate is more than the file's platform carries (its slots end near 830 jobs a
// second), and a backlog would be measured instead of a pipeline. So the platform is ten times as
// large, and the hottest key no hotter: it had 24 requests a second and keeps them.

#include "bench/drill.h"

namespace wavetank::bench {
namespace {

constexpr double tenfold = 10;

Drill drill_of(const std::string& lasts, std::vector<std::string> more) {
  Drill drill{"callback_timeouts.json", {}, tenfold, true};
  drill.sets = {"system.cluster.nodes=600",
                "system.cluster.scheduler_overhead=50us",
                "system.database.connections=200",
                "system.api.replicas=20",
                "system.launcher.replicas=20",
                "system.callbacks.replicas=20",
                "system.queue.partitions=120",
                "system.objects.prefixes=10",
                "load.0.keys.zipf=0.8",
                "load.0.for=" + lasts,
                "load.1.for=" + lasts};
  drill.sets.insert(drill.sets.end(), more.begin(), more.end());
  return drill;
}

// Ends with the load: so runs end at one moment whether or not anything judges them.
Drill a_minute() {
  return drill_of("1m", {"warm_up=6s", "faults.0.at=12s", "faults.0.for=24s", "settle=0s"});
}

void judged(benchmark::State& state) { measure(state, a_minute()); }

void unjudged(benchmark::State& state) {
  Drill drill = a_minute();
  drill.judged = false;
  measure(state, drill);
}

// The same jobs on the same platform, at the file's rate and at ten times that: what differs at the
// peak is how many are in flight, and what is left behind by jobs that ended is the same.
void in_flight(benchmark::State& state) {
  Drill slow = drill_of("10m", {"settle=0s"});
  slow.load = 1;
  const Outcome few = run(slow);
  const Outcome many = run(a_minute(), &state);
  if (!few.trouble.empty() || !many.trouble.empty()) {
    state.SkipWithError((few.trouble + many.trouble).c_str());
    return;
  }
  const auto bytes = static_cast<double>(many.heap_peak) - static_cast<double>(few.heap_peak);
  const auto jobs =
      static_cast<double>(many.in_flight_peak) - static_cast<double>(few.in_flight_peak);
  state.counters["bytes_a_job"] = bytes / jobs;
  state.counters["few_jobs"] = static_cast<double>(few.in_flight_peak);
  state.counters["many_jobs"] = static_cast<double>(many.in_flight_peak);
  state.counters["few_bytes"] = static_cast<double>(few.heap_peak);
  state.counters["many_bytes"] = static_cast<double>(many.heap_peak);
}

void ten_million(benchmark::State& state) {
  const Outcome outcome = measure(state, drill_of("5000s", {}));
  state.counters["offered"] = static_cast<double>(outcome.report.jobs.offered);
  state.SetLabel(outcome.report.verdict);
}

BENCHMARK(judged)->Name("pipeline/judged")->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(unjudged)->Name("pipeline/unjudged")->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(in_flight)->Name("pipeline/in_flight")->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(ten_million)
    ->Name("long/pipeline_ten_million_jobs")
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace wavetank::bench
