#include "app/live/cost_fit.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <set>

#include "scenarios/engine/statistics/regression.h"

namespace wavetank::app {
namespace {

using Names = std::vector<std::string>;

/// What happened between two samples.
struct Window {
  double seconds = 0;
  std::map<std::string, double> cpu_s, requests;
};

std::vector<Window> windows_of(const CostSamples& run) {
  std::vector<Window> all;
  for (std::size_t i = 1; i < run.size(); ++i) {
    Window window;
    window.seconds = run[i].at_s - run[i - 1].at_s;
    bool restarted = window.seconds <= 0;
    const auto differ = [&](const auto& now, const auto& before, auto& out) {
      for (const auto& [name, value] : now) {
        const auto was = before.find(name);
        out[name] = value - (was == before.end() ? 0 : was->second);
        restarted = restarted || out[name] < 0;
      }
    };
    differ(run[i].cpu_s, run[i - 1].cpu_s, window.cpu_s);
    differ(run[i].requests, run[i - 1].requests, window.requests);
    if (!restarted) all.push_back(std::move(window));
  }
  return all;
}

/// A run without its beginning: until requests are answered, and the first window of them, in which
/// connections are opened and caches are cold. What lies idle behind the load stays.
CostSamples warmed_up(const CostSamples& run) {
  const auto answered = [](const CostSample& sample) {
    double sum = 0;
    for (const auto& [route, count] : sample.requests) sum += count;
    return sum;
  };
  std::size_t first = 1;
  while (first < run.size() && answered(run[first]) <= answered(run[first - 1])) ++first;
  if (first >= run.size()) return {};
  return {run.begin() + static_cast<std::ptrdiff_t>(first), run.end()};
}

double total(const std::map<std::string, double>& values) {
  double sum = 0;
  for (const auto& [name, value] : values) sum += value;
  return sum;
}

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

/// Demands, background and quality: one regression a process.
void fit_demands(const std::vector<Window>& windows, const Names& routes, CostFit& fit) {
  std::set<std::string> processes;
  std::vector<std::vector<double>> rows;
  for (const Window& window : windows) {
    std::vector<double> row;
    for (const std::string& route : routes) {
      const auto found = window.requests.find(route);
      row.push_back(found == window.requests.end() ? 0 : found->second / window.seconds);
    }
    row.push_back(1);
    rows.push_back(std::move(row));
    for (const auto& [name, cpu] : window.cpu_s) processes.insert(name);
  }
  const auto fitted = [&](const std::vector<double>& cores) {
    return engine::regress(rows, cores);
  };
  std::vector<double> all(windows.size(), 0);
  for (const std::string& process : processes) {
    std::vector<double> cores;
    for (std::size_t i = 0; i < windows.size(); ++i) {
      const auto found = windows[i].cpu_s.find(process);
      cores.push_back(found == windows[i].cpu_s.end() ? 0 : found->second / windows[i].seconds);
      all[i] += cores.back();
    }
    const auto one = fitted(cores);
    if (!one) {
      fit.trouble = "too few windows were measured";
      return;
    }
    fit.background += one->coefficients.back();
    for (std::size_t i = 0; i < routes.size(); ++i) {
      fit.demands.push_back({process, routes[i], one->coefficients[i], one->errors[i]});
    }
  }
  fit.r2 = fitted(all)->r2;
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

/// Processor time of one call of each port call: every process' demand, shared among those in
/// which it takes part.
std::map<std::string, double> cpu_of_calls(const CostFit& fit, const std::vector<Window>& windows,
                                           const std::map<std::string, CallTimes>& calls) {
  std::map<std::string, double> asked, spent;
  for (const Window& window : windows) {
    for (const auto& [route, count] : window.requests) asked[route] += count;
  }
  for (const Demand& demand : fit.demands) {
    const double cpu_s = demand.cpu_s * asked[demand.operation];
    double shares = 0;
    for (const std::string& call : calls_of(demand.process, demand.operation != "submit")) {
      if (const auto found = calls.find(call); found != calls.end()) shares += found->second.count;
    }
    if (shares <= 0) {
      spent["http." + demand.operation] += cpu_s;
      continue;
    }
    for (const std::string& call : calls_of(demand.process, demand.operation != "submit")) {
      const auto found = calls.find(call);
      if (found != calls.end()) spent[call] += cpu_s * found->second.count / shares;
    }
  }
  for (auto& [call, cpu_s] : spent) {
    const auto found = calls.find(call);
    cpu_s = found == calls.end() || found->second.count <= 0 ? 0 : cpu_s / found->second.count;
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

CallTimes& CallTimes::operator+=(const CallTimes& other) {
  count += other.count;
  sum_s += other.sum_s;
  for (const auto& [bound, counted] : other.below) below[bound] += counted;
  return *this;
}

CallTimes CallTimes::operator-(const CallTimes& earlier) const {
  CallTimes left = *this;
  left.count -= earlier.count;
  left.sum_s -= earlier.sum_s;
  for (const auto& [bound, counted] : earlier.below) left.below[bound] -= counted;
  return left;
}

double CallTimes::quantile_s(double share) const {
  const double rank = share * count;
  double low = 0, before = 0;
  for (const auto& [bound, counted] : below) {
    if (counted >= rank && counted > before) {
      if (!std::isfinite(bound)) return low;
      const double part = (rank - before) / (counted - before);
      return low <= 0 ? bound * part : low * std::pow(bound / low, part);
    }
    low = bound;
    before = counted;
  }
  return low;
}

double sharing_factor(double used, double cores) {
  if (cores < 1 || used >= cores) return 1;
  double term = 1, sum = 1;  // of used^k / k!, k < cores
  for (int k = 1; k < static_cast<int>(cores); ++k) sum += term *= used / k;
  const double all_busy = term * used / cores / (1 - used / cores);
  return 1 + all_busy / (sum + all_busy) / (cores - used);
}

CostFit fit_costs(const std::vector<CostSamples>& measured, double commit_s, double cores) {
  CostFit fit;
  std::vector<CostSamples> runs;
  for (const CostSamples& run : measured) {
    CostSamples warm = warmed_up(run);
    if (!warm.empty()) runs.push_back(std::move(warm));
  }
  std::vector<Window> windows;
  std::set<std::string> asked;
  Calls calls;
  for (const CostSamples& run : runs) {
    for (Window& window : windows_of(run)) windows.push_back(std::move(window));
    for (const auto& [key, times] : calls_in(run)) calls[key] += times;
  }
  for (const Window& window : windows) {
    for (const auto& [route, count] : window.requests) {
      if (count > 0 && route != "callback") asked.insert(route);
    }
  }
  fit.windows = windows.size();
  const Names routes(asked.begin(), asked.end());
  if (routes.empty()) fit.trouble = "no request was answered";
  if (!routes.empty()) fit_demands(windows, routes, fit);
  if (!fit.trouble.empty()) return fit;
  const auto cpu = cpu_of_calls(fit, windows, by_operation(calls));
  const Calls busiest = calls_in(runs.back());  // none is empty where something was answered
  const double shared = sharing_factor(cores_under_load(runs.back()), cores);
  for (const auto& [name, times] : by_operation(busiest)) {
    if (times.count <= 0) continue;
    if (name == "compute.slot") {
      fit.slot_wait = from_seconds(times.mean_s());
      continue;
    }
    sim::OperationCost cost;
    cost.operation = name;
    const auto found = cpu.find(name);
    const double cpu_s = found == cpu.end() ? 0 : found->second;
    cost.cpu = from_seconds(cpu_s);
    // A poll lasts until something comes, and what a process computes it does on its cores.
    if (name != "queue.poll" && name != "station.serve") {
      cost.delay = delay_of(times, cpu_s * shared, within_s(name, busiest, commit_s));
    }
    fit.operations.push_back(std::move(cost));
  }
  return fit;
}

namespace {

double cores_where(const CostSamples& run, const std::function<bool(double)>& rate_fits) {
  double cpu_s = 0, seconds = 0;
  for (const Window& window : windows_of(run)) {
    if (!rate_fits(total(window.requests) / window.seconds)) continue;
    cpu_s += total(window.cpu_s);
    seconds += window.seconds;
  }
  return seconds > 0 ? cpu_s / seconds : 0;
}

}  // namespace

double cores_under_load(const CostSamples& run) {
  double greatest = 0;
  for (const Window& window : windows_of(run)) {
    greatest = std::max(greatest, total(window.requests) / window.seconds);
  }
  return cores_where(run, [greatest](double rate) { return rate > greatest / 2; });
}

double cores_idle(const CostSamples& run) {
  double least = 0;
  for (const Window& window : windows_of(run)) {
    if (total(window.requests) > 0) continue;
    const double cores = total(window.cpu_s) / window.seconds;
    least = least == 0 ? cores : std::min(least, cores);
  }
  return least;
}

}  // namespace wavetank::app
