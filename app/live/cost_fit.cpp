#include "app/live/cost_fit.h"

#include <algorithm>
#include <cmath>

namespace wavetank::app {
namespace {

using Names = std::vector<std::string>;

// Whose calls a process takes part in; a part of the platform shares its demand among them, each
// call alike. Reads go through the cache, everything else belongs to what was submitted.
const Names& calls_of(const std::string& process, bool read) {
  static const std::map<std::string, Names> submit{
      {"callbacks", {"http.callback"}},
      {"database", {"database.accept_process", "database.mark_published", "database.advance",
                    "database.record_callback"}},
      {"queue", {"queue.publish", "queue.commit"}},
      {"cache", {"cache.put", "cache.invalidate"}},
      {"objects", {"objects.put", "objects.get", "objects.list"}},
      {"toxiproxy", {"database.accept_process", "database.mark_published", "database.advance",
                     "database.record_callback", "queue.publish", "queue.commit", "cache.put",
                     "objects.put", "objects.get", "objects.list"}},
      {"outbox", {"database.mark_published", "queue.publish"}},
      {"launcher", {"queue.commit", "database.advance", "compute.start_job"}},
      {"drivers", {"compute.attempt", "objects.list", "http.callback"}},
      {"workers", {"dataset.scan", "dataset.fetch", "dataset.store", "dataset.work",
                   "objects.put"}}};
  static const std::map<std::string, Names> reads{
      {"database", {"database.get"}},
      {"cache", {"cache.get", "cache.put"}},
      {"objects", {"objects.get"}},
      {"toxiproxy", {"database.get", "cache.get", "cache.put", "objects.get"}}};
  static const Names none;
  const auto& table = read ? reads : submit;
  const auto found = table.find(process);
  return found == table.end() ? none : found->second;
}

/// How many processes are woken for a call, one after the other, until its answer is back: who
/// serves it and the proxy before that, there and back. What a worker does it does itself.
std::int64_t wakeups_of(const std::string& call, const DemandFit& demand) {
  const auto serves = [&](const std::string& process) {
    const bool seen = std::any_of(demand.demands.begin(), demand.demands.end(),
                                  [&](const Demand& one) { return one.process == process; });
    const auto named = [&](bool read) {
      const Names& all = calls_of(process, read);
      return std::find(all.begin(), all.end(), call) != all.end();
    };
    return seen && (named(true) || named(false));
  };
  if (call.starts_with("http.") || call == "compute.attempt") return 2;
  std::int64_t count = 0;
  for (const char* process : {"database", "queue", "cache", "objects", "toxiproxy"}) {
    if (serves(process)) count += 2;
  }
  return count;
}

using Calls = std::map<std::pair<std::string, std::string>, CallTimes>;

Calls calls_in(const CostSamples& run) {
  Calls calls;
  if (run.empty()) return calls;
  for (const auto& [key, times] : run.back().calls) {
    const auto before = run.front().calls.find(key);
    calls[key] = before == run.front().calls.end() ? times : times - before->second;
  }
  return calls;
}

std::map<std::string, CallTimes> by_operation(const Calls& calls) {
  std::map<std::string, CallTimes> all;
  for (const auto& [key, times] : calls) all[key.second] += times;
  return all;
}

/// Processor time of one call where nothing else runs; the part of it that reads cost; and what it
/// costs besides, for which it does not wait.
struct Spent {
  double cpu_s = 0, reading_s = 0, aside_s = 0;
};

/// Of each port call: every process' demand, shared among those in which it takes part.
std::map<std::string, Spent> cpu_of_calls(const DemandFit& fit, const std::vector<Window>& windows,
                                          const std::map<std::string, CallTimes>& calls) {
  std::map<std::string, double> asked;
  std::map<std::string, Spent> spent;
  for (const Window& window : windows) {
    for (const auto& [route, count] : window.requests) asked[route] += count;
  }
  for (const Demand& demand : fit.demands) {
    const double cpu_s = demand.cpu_s * asked[demand.operation];
    const bool reads = demand.operation != submitting;
    if (demand.process == watching) {
      spent["http." + demand.operation].aside_s += cpu_s;
      continue;
    }
    const auto spend = [&](const std::string& call, double s) {
      spent[call].cpu_s += s;
      if (reads) spent[call].reading_s += s;
    };
    double shares = 0;
    for (const std::string& call : calls_of(demand.process, reads)) {
      if (const auto found = calls.find(call); found != calls.end()) shares += found->second.count;
    }
    if (shares <= 0) spend("http." + demand.operation, cpu_s);
    for (const std::string& call : calls_of(demand.process, reads)) {
      const auto found = calls.find(call);
      if (found != calls.end() && shares > 0) spend(call, cpu_s * found->second.count / shares);
    }
  }
  for (auto& [call, one] : spent) {
    const auto found = calls.find(call);
    const double count = found == calls.end() ? 0 : found->second.count;
    one = count <= 0 ? Spent{}
                     : Spent{one.cpu_s / count, one.reading_s / count, one.aside_s / count};
  }
  return spent;
}

/// What one call of `name` spends in calls that it makes itself, which are counted on their own.
double within_s(const std::string& name, const Calls& calls, double commit_s) {
  const auto mean_of = [&](const std::string& process, const Names& inner) {
    double sum = 0;
    for (const std::string& call : inner) {
      const auto found = calls.find({process, call});
      if (found != calls.end()) sum += found->second.sum_s;
    }
    return sum;
  };
  const auto count = [&](const std::string& call) {
    const auto all = by_operation(calls);
    const auto found = all.find(call);
    return found == all.end() ? 0 : found->second.count;
  };
  const auto share = [](double sum, double of) { return of > 0 ? sum / of : 0; };
  if (name == "http.submit") {
    return share(mean_of("api", {"database.accept_process"}), count(name));
  }
  if (name == "http.status" || name == "http.output") {
    return share(mean_of("api", {"cache.get", "cache.put", "database.get", "objects.get"}),
                 count("http.status") + count("http.output"));
  }
  if (name == "http.callback") {
    return share(mean_of("callbacks", {"database.record_callback", "cache.put",
                                       "cache.invalidate", "objects.get"}),
                 count(name));
  }
  if (name == "compute.attempt") {
    return share(mean_of("workers", {"dataset.scan", "dataset.fetch", "dataset.store",
                                     "dataset.reserve", "dataset.spill", "dataset.work",
                                     "objects.put"}),
                 count(name));
  }
  const bool changes = name == "database.accept_process" || name == "database.mark_published" ||
                       name == "database.advance" || name == "database.record_callback";
  return changes ? commit_s : 0;
}

constexpr int delay_values = 100;

/// The shape of what calls took, without their demand, and shrunk by what lies within.
DurationLaw delay_of(const CallTimes& times, double cpu_s, double within) {
  DurationLaw law;
  const double rest = times.mean_s() - cpu_s;
  if (rest <= within || rest <= 0) return law;
  law.law.kind = Law::Kind::empirical;
  const double left = 1 - within / rest;
  double sum = 0;
  for (int i = 0; i < delay_values; ++i) {
    const double at = times.quantile_s((i + 0.5) / delay_values);
    law.law.values.push_back(std::max(0.0, at - cpu_s) * left);
    sum += law.law.values.back();
  }
  // The histogram knows the shape, and the sum the mean.
  const double scale = sum > 0 ? (rest - within) * delay_values / sum : 0;
  for (double& value : law.law.values) value *= scale;
  return law;
}

}  // namespace

CostFit fit_costs(const std::vector<CostSamples>& measured, double commit_s, double cores) {
  CostFit fit;
  std::vector<CostSamples> runs;
  std::vector<Window> windows;
  Calls calls;
  for (const CostSamples& run : measured) {
    CostSamples warm = warmed_up(run);
    if (warm.empty()) continue;
    for (Window& window : windows_of(warm)) windows.push_back(std::move(window));
    for (const auto& [key, times] : calls_in(warm)) calls[key] += times;
    runs.push_back(std::move(warm));
  }
  fit.demand = fit_demands(runs, cores);
  if (!fit.demand.trouble.empty()) return fit;
  const auto spent_by = cpu_of_calls(fit.demand, windows, by_operation(calls));
  const Calls busiest = calls_in(runs.back());  // none is empty where something was answered
  const double used = cores_under_load(runs.back());
  const double shared = sharing_factor(used, cores);
  const double thrift = fit.demand.thrift(used, cores);
  fit.run_queue = fit_run_queue(measured, cores);
  const double queued_s = fit.run_queue.mean_at(used, cores);
  for (const auto& [name, times] : by_operation(busiest)) {
    if (times.count <= 0) continue;
    if (name == "compute.slot") {
      fit.slot_wait = from_seconds(times.mean_s());
      continue;
    }
    sim::OperationCost cost;
    cost.operation = name;
    const auto found = spent_by.find(name);
    const Spent spent = found == spent_by.end() ? Spent{} : found->second;
    cost.cpu = from_seconds(spent.cpu_s);
    cost.aside = from_seconds(spent.aside_s);
    if (spent.cpu_s > 0) cost.economy = Ratio{fit.demand.economy * spent.reading_s / spent.cpu_s};
    // A poll lasts until something comes, and what a process computes it does on its cores.
    if (name != "queue.poll" && name != "station.serve") {
      cost.wakeups = wakeups_of(name, fit.demand);
      const double cpu_s = (spent.cpu_s - (1 - thrift) * spent.reading_s) * shared;
      const double waits_s = queued_s * static_cast<double>(cost.wakeups);
      cost.delay = delay_of(times, cpu_s + waits_s, within_s(name, busiest, commit_s));
    }
    fit.operations.push_back(std::move(cost));
  }
  return fit;
}

}  // namespace wavetank::app
