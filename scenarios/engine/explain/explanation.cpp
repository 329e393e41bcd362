#include "scenarios/engine/explain/explanation.h"

#include <algorithm>
#include <array>
#include <map>

namespace wavetank::engine {
namespace {

constexpr std::array<CostFigure, 7> figures{{
    {"latency_p99", "p99", "s"},
    {"lag_max", "lag", "1"},
    {"duplicates", "dup", "1"},
    {"freshness_p99", "fresh", "s"},
    {"core_hours", "core-h", "core_h"},
    {"bytes_moved", "moved", "bytes"},
    {"money", "money", "money"},
}};

const MetricSummary* find_metric_of(const RunReport& report, std::string_view name) {
  for (const MetricSummary& one : report.metrics) {
    if (one.name == name) return &one;
  }
  return nullptr;
}

std::optional<double> part(const RunReport& report, const char* name,
                           double MetricSummary::*value) {
  const MetricSummary* metric = find_metric_of(report, name);
  const bool counts = metric != nullptr && metric->kind == "counter";
  if (metric == nullptr || (!counts && metric->count == 0)) return std::nullopt;
  return metric->*value;
}

/// Everything that happened a second time: callbacks, deliveries, requests.
double duplicates_of(const RunReport& report) {
  double all = 0;
  for (const char* name :
       {"callbacks.duplicates", "messages.redelivered", "processes.deduplicated"}) {
    all += part(report, name, &MetricSummary::value).value_or(0);
  }
  return all;
}

/// Of an event, by its id, how many stand above it.
class Depths {
 public:
  explicit Depths(const RunReport& report) {
    for (const ChainEvent& event : report.chain) events_.emplace(event.id, &event);
  }
  std::vector<std::uint64_t> up_from(std::uint64_t id) const {
    std::vector<std::uint64_t> out;
    for (auto at = events_.find(id); at != events_.end() && out.size() <= events_.size();
         at = events_.find(at->second->parent)) {
      out.push_back(at->first);
    }
    std::reverse(out.begin(), out.end());
    return out;
  }
  const ChainEvent& event(std::uint64_t id) const { return *events_.at(id); }

 private:
  std::map<std::uint64_t, const ChainEvent*> events_;
};

}  // namespace

std::span<const CostFigure> cost_figures() { return figures; }

Costs costs_of(const RunReport& report, const Prices& prices) {
  // A network of stations has clients and queues in place of an API and a log.
  const auto either = [&](const char* first, const char* second, double MetricSummary::*value) {
    const auto one = part(report, first, value);
    return one ? one : part(report, second, value);
  };
  const double core_hours = part(report, "tasks.time", &MetricSummary::value).value_or(0) / 3600;
  const double bytes = part(report, "tasks.moved", &MetricSummary::value).value_or(0);
  // In the order of the figures. Appended one by one, gcc 12 sees a write that overflows.
  Costs out(figures.size());
  out[0] = either("api.latency", "client.latency", &MetricSummary::p99);
  out[1] = either("queue.lag", "station.queue", &MetricSummary::max);
  out[2] = duplicates_of(report);
  out[3] = part(report, "freshness", &MetricSummary::p99);
  out[4] = core_hours;
  out[5] = bytes;
  if (prices.any()) out[6] = core_hours * prices.core_hour + bytes / 1e9 * prices.gb;
  return out;
}

bool unbroken(const RunReport& report) {
  if (report.verdict != "invalid") return report.verdict == "pass";
  const auto broken = [](const InvariantResult& one) { return one.verdict == "broken"; };
  const auto failed = [](const ThresholdResult& one) { return !one.holds || one.undecided; };
  const std::string& recovery = report.recovery.verdict;
  return recovery != "stuck" && recovery != "slow" &&
         std::none_of(report.invariants.begin(), report.invariants.end(), broken) &&
         std::none_of(report.thresholds.begin(), report.thresholds.end(), failed);
}

void VariantRuns::add(const RunReport& report, const Prices& prices) {
  runs.push_back(costs_of(report, prices));
  passed += unbroken(report) ? 1 : 0;
}

std::optional<Estimate> mean_of(const VariantRuns& runs, std::size_t figure) {
  std::vector<double> values;
  for (const Costs& one : runs.runs) {
    if (one[figure]) values.push_back(*one[figure]);
  }
  return values.empty() ? std::nullopt : std::optional(estimate(values));
}

std::optional<PairedDifference> cost_of(const VariantRuns& whole, const VariantRuns& without,
                                        std::size_t figure) {
  std::vector<double> a, b;
  for (std::size_t i = 0; i < std::min(whole.runs.size(), without.runs.size()); ++i) {
    const auto &x = without.runs[i][figure], &y = whole.runs[i][figure];
    if (!x || !y) continue;
    a.push_back(*x);
    b.push_back(*y);
  }
  return a.empty() ? std::nullopt : std::optional(paired_difference(a, b));
}

std::vector<std::uint64_t> telling_chain(const RunReport& report) {
  for (const Finding& finding : report.findings) {
    if (finding.chain.size() > 1) return finding.chain;
  }
  const Depths depths(report);
  std::vector<std::uint64_t> longest;
  for (const ChainEvent& event : report.chain) {
    std::vector<std::uint64_t> one = depths.up_from(event.id);
    if (one.size() <= longest.size() || one.size() < 2) continue;
    if (depths.event(one.front()).kind == "fault_started") longest = std::move(one);
  }
  return longest;
}

}  // namespace wavetank::engine
