// Whole scenarios a second: callback timeouts at a tenth of their load (12,000 jobs in 10 minutes),
// as a sweep runs them. Time is of the wall, processor time of all threads stands beside it: where
// threads do not disturb each other, it is the same for any number of them.

#include <benchmark/benchmark.h>

#include <memory>

#include "app/ordered_pool.h"
#include "app/trial.h"

namespace wavetank::bench {
namespace {

using namespace app;

constexpr std::size_t scenarios = 24;

void sweep(benchmark::State& state, const char* sets, double load) {
  const auto threads = static_cast<std::size_t>(state.range(0));
  engine::Problems problems;
  const ScenarioText text(WAVETANK_SOURCE_DIR "/scenarios/callback_timeouts.json", problems);
  std::uint64_t events = 0;
  for (auto _ : state) {
    std::vector<std::unique_ptr<Lane>> lanes(threads);
    OrderedPool<std::uint64_t> pool(scenarios, threads, [&](std::size_t i, std::size_t worker) {
      if (!lanes[worker]) lanes[worker] = std::make_unique<Lane>(text);
      engine::Problems none;
      return lanes[worker]->run({{sets}, 42 + i, load}, {}, none).events;
    });
    pool.run(
        [&](std::size_t, std::uint64_t&& of_one) {
          events += of_one;
          return true;
        },
        [] {});
  }
  const auto runs = static_cast<double>(scenarios) * static_cast<double>(state.iterations());
  state.counters["scenarios"] = benchmark::Counter(runs, benchmark::Counter::kIsRate);
  state.counters["events"] = static_cast<double>(events) / runs;
}

void tenth(benchmark::State& state) { sweep(state, "seed=0", 0.1); }

// What is left of a run that does next to nothing: reading, wiring, polling, reporting.
void empty(benchmark::State& state) { sweep(state, "seed=0", 1e-4); }

BENCHMARK(tenth)
    ->Name("sweep/tenth")
    ->Arg(1)
    ->Arg(2)
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(empty)
    ->Name("sweep/empty")
    ->Arg(1)
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace wavetank::bench
