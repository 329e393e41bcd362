// Runs the benchmarks, then prints ratios within this one run: absolute times differ between
// machines, and on a busy one even between runs. With --benchmark_repetitions=N a ratio is that of
// the fastest repetitions, which other processes have disturbed least.
//
// Benchmarks named long/... run where --benchmark_filter picks them, and not otherwise.

#include <benchmark/benchmark.h>
#include <unistd.h>
#include <cstdio>
#include <map>
#include <string>

namespace {

class RatioReporter : public benchmark::ConsoleReporter {
 public:
  RatioReporter() : ConsoleReporter(isatty(1) != 0 ? OO_ColorTabular : OO_Tabular) {}

  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.run_type != Run::RT_Iteration || run.error_occurred) continue;
      const double unit = benchmark::GetTimeUnitMultiplier(run.time_unit);
      const double time = run.GetAdjustedCPUTime() * 1e9 / unit;
      std::string name = run.run_name.function_name;
      if (!run.run_name.args.empty()) name += "/" + run.run_name.args;
      const auto [best, fresh] = best_.try_emplace(name, time);
      if (!fresh && time < best->second) best->second = time;
    }
    ConsoleReporter::ReportRuns(runs);
  }

  void Finalize() override {
    ConsoleReporter::Finalize();
    std::printf("\nratios within this run\n");
    ratio("phold/loop/100", "phold/heap/100");
    ratio("phold/loop/10000", "phold/heap/10000");
    ratio("phold/loop/1000000", "phold/heap/1000000");
    ratio("gate/call_armed", "gate/call");
    ratio("gate/call_armed_elsewhere", "gate/call");
    ratio("pipeline/unjudged", "pipeline/judged");
    ratio("live_gate/call", "live_gate/direct");
    ratio("live_gate/call_armed", "live_gate/direct");
  }

 private:
  void ratio(const std::string& what, const std::string& against) const {
    const auto top = best_.find(what);
    const auto bottom = best_.find(against);
    if (top == best_.end() || bottom == best_.end()) return;
    std::printf("%-26s %12.1f ns / %-22s %12.1f ns = %.2f\n", what.c_str(), top->second,
                against.c_str(), bottom->second, top->second / bottom->second);
  }
  std::map<std::string, double> best_;
};

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  RatioReporter reporter;
  const std::string filter = benchmark::GetBenchmarkFilter();
  benchmark::RunSpecifiedBenchmarks(&reporter, filter.empty() ? "-^long/" : filter);
  benchmark::Shutdown();
}
