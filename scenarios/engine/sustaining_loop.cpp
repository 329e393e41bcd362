#include "scenarios/engine/sustaining_loop.h"

#include <array>
#include <cstdio>

namespace wavetank::engine {
namespace {

const MetricSummary* find(const RunReport& report, const std::string& name) {
  for (const MetricSummary& one : report.metrics) {
    if (one.name == name) return &one;
  }
  return nullptr;
}

double value_of(const RunReport& report, const std::string& name) {
  const MetricSummary* found = find(report, name);
  return found == nullptr ? 0 : found->value;
}

/// The values of one label under which `metric` has the largest figure; empty where there is none.
template <class Figure>
std::string most(const RunReport& report, const std::string& metric, const std::string& label,
                 Figure figure) {
  const std::string prefix = metric + "{" + label + "=";
  std::string best;
  double largest = 0;
  for (const MetricSummary& one : report.metrics) {
    if (!one.name.starts_with(prefix) || figure(one) <= largest) continue;
    largest = figure(one);
    best = one.name.substr(prefix.size(), one.name.size() - prefix.size() - 1);
  }
  return best;
}

double judged_s(const RunReport& report) {
  double sum = 0;
  for (const Phase& phase : report.phases) {
    if (phase.name != "warm_up") sum += phase.to - phase.from;
  }
  return sum;
}

std::string text(const char* format, double value) {
  std::array<char, 32> out{};
  std::snprintf(out.data(), out.size(), format, value);
  return out.data();
}

std::string amplified(const RunReport& report) {
  const std::string client = most(report, "client.amplification", "client",
                                  [](const MetricSummary& m) { return m.value; });
  const double times = value_of(report, "client.amplification{client=" + client + "}");
  if (times < 1.05) return {};
  return client + " send each request " + text("%.1f", times) + " times. ";
}

std::string cold(const RunReport& report) {
  const double before = value_of(report, "station.hit_ratio{phase=warm_up}");
  const double after = value_of(report, "station.hit_ratio");
  if (before <= 0 || after > before / 2) return {};
  return "The hit ratio fell from " + text("%.0f %%", before * 100) + " to " +
         text("%.0f %%", after * 100) + ". ";
}

}  // namespace

std::string sustaining_loop(const RunReport& report) {
  constexpr double full = 0.9;
  const std::string station = most(report, "station.utilisation", "station",
                                   [](const MetricSummary& m) { return m.mean; });
  const std::string at = "{station=" + station + "}";
  const MetricSummary* busy = find(report, "station.utilisation" + at);
  const MetricSummary* done = find(report, "station.latency" + at);
  const double lasted = judged_s(report);
  if (busy == nullptr || done == nullptr || busy->mean < full || lasted <= 0) return {};
  const double capacity = static_cast<double>(done->count) / lasted / busy->mean;
  const double asked = value_of(report, "station.offered" + at);
  const double load = value_of(report, "client.offered");
  if (asked <= 0 || load <= 0) return {};
  return amplified(report) + cold(report) + station + " is asked " +
         text("%.0f", asked / lasted) + " times a second and can answer " +
         text("%.0f", capacity) + ". Hidden capacity: about " +
         text("%.0f", capacity * load / asked) + " requests a second.";
}

}  // namespace wavetank::engine
