#include "app/replicate.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "app/ordered_pool.h"

namespace wavetank::app {
namespace {

struct One {
  engine::RunReport report;
  engine::Problems problems;
};

void slim(engine::RunReport& report) {
  report.gantt = {};
  report.chain = {};
  report.settings = {};
}

/// What shows that a platform has filled up: latency and the work inside.
constexpr const char* telling[] = {"api.latency.p50", "freshness.p99", "processes.unfinished",
                                   "client.latency.p50"};

/// The values before `end_s`; a step without observation repeats the one before it.
std::vector<double> filled(const engine::Series& series, const engine::Series::Track& track,
                           double end_s) {
  std::vector<double> out;
  std::optional<double> last;
  for (const auto& value : track.values) {
    if (value && !last) out.assign(out.size(), *value);
    if (value) last = value;
    if (series.start_s + static_cast<double>(out.size() + 1) * series.step_s > end_s) break;
    out.push_back(last.value_or(0));
  }
  if (!last) out.clear();
  return out;
}

}  // namespace

bool replicate(const std::vector<Variant>& variants, const ReplicateOptions& options,
               const std::function<bool(std::vector<engine::RunReport>&&)>& take,
               engine::Problems& problems) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point start = Clock::now();
  std::uint64_t done = 0;
  const std::uint64_t all = options.each_run ? options.count * variants.size() : options.count;
  const auto show = [&] {
    if (!options.progress) return;
    const double wall = std::chrono::duration<double>(Clock::now() - start).count();
    options.progress({done, 0, all, 0, wall});
  };
  std::vector<std::vector<std::unique_ptr<Lane>>> lanes(options.threads);
  for (auto& of_worker : lanes) of_worker.resize(variants.size());
  const auto work = [&](std::size_t i, std::size_t worker) {
    const Variant& variant = variants[i % variants.size()];
    std::unique_ptr<Lane>& lane = lanes[worker][i % variants.size()];
    if (!lane) lane = std::make_unique<Lane>(*variant.text);
    engine::RunOptions run;
    run.signal = options.signal;
    const std::uint64_t seed = options.first_seed + i / variants.size();
    One one;
    one.report = lane->run({variant.sets, seed, variant.load_factor}, run, one.problems);
    if (i >= variants.size()) slim(one.report);
    return one;
  };
  std::vector<engine::RunReport> of_seed;
  bool whole = true;
  OrderedPool<One> pool(options.count * variants.size(), options.threads, work);
  pool.run(
      [&](std::size_t, One&& one) {
        for (const engine::Problem& problem : one.problems.all()) problems.add(problem);
        whole = problems.empty() && (options.signal == nullptr || options.signal->load() == 0);
        if (!whole) return false;
        of_seed.push_back(std::move(one.report));
        const bool last = of_seed.size() == variants.size();
        if (last || options.each_run) {
          ++done;
          show();
        }
        if (!last) return true;
        return take(std::exchange(of_seed, {}));
      },
      show);
  return whole;
}

void WarmUpPilot::add(const engine::RunReport& report) {
  double end_s = report.load_s;
  for (const engine::FaultResult& fault : report.faults) end_s = std::min(end_s, fault.at);
  step_s_ = report.series.step_s;
  for (const engine::Series::Track& track : report.series.tracks) {
    if (std::find(std::begin(telling), std::end(telling), track.name) == std::end(telling)) {
      continue;
    }
    std::vector<double> values = filled(report.series, track, end_s);
    if (values.empty()) continue;
    auto found = std::find_if(tracks_.begin(), tracks_.end(),
                              [&](const Track& one) { return one.name == track.name; });
    if (found == tracks_.end()) found = tracks_.insert(found, {track.name, {}});
    found->runs.push_back(std::move(values));
  }
}

std::optional<double> WarmUpPilot::cut_s() const {
  std::size_t longest = 0;
  for (const Track& track : tracks_) {
    const engine::WarmUpCut cut = engine::mser5(engine::mean_over(track.runs));
    if (!cut.steady) return std::nullopt;
    longest = std::max(longest, cut.length);
  }
  if (tracks_.empty()) return std::nullopt;
  return static_cast<double>(longest) * step_s_;
}

}  // namespace wavetank::app
