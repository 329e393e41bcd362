// The recorded day of scenarios/facebook_day.json without its storms, and ten such days overlaid.

#include <utility>

#include "bench/drill.h"

namespace wavetank::bench {
namespace {

void quiet_day(benchmark::State& state, std::vector<std::string> sets) {
  sets.push_back("faults=[]");
  const Outcome outcome = measure(state, {"facebook_day.json", std::move(sets), 1, true});
  state.SetLabel(outcome.report.verdict);
}

void one(benchmark::State& state) { quiet_day(state, {}); }

// Each begins 2.4 hours after the one before, on ten times the nodes. Reads stay those of one day.
void ten(benchmark::State& state) {
  quiet_day(state, {"load.0.repeat.times=10", "load.0.repeat.every=2h24m",
                    "system.cluster.nodes=600"});
}

BENCHMARK(one)->Name("day/one")->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(ten)->Name("day/ten_overlaid")->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace wavetank::bench
