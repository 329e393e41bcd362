#include "app/live/calibration_file.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ostream>
#include <thread>

#include "app/utc_now.h"
#include "system/live/target.h"

namespace wavetank::app {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t law_values = 50;
/// Of a machine that does nothing else a fit explains more.
constexpr double r2_enough = 0.8;

std::string ns(Duration d) { return std::to_string(d.ns) + "ns"; }

std::string law_text(const DurationLaw& law) {
  if (law.law.kind == Law::Kind::constant) return microseconds_text(law.law.a);
  std::string text = "empirical(";
  for (const double value : law.law.values) {
    text += (text.back() == '(' ? "" : ", ") + microseconds_text(value);
  }
  return text + ")";
}

/// As many of `sorted` as a law needs, evenly spread.
std::string law_of(const std::vector<Duration>& sorted) {
  DurationLaw law;
  law.law.kind = Law::Kind::empirical;
  const std::size_t most = std::min(law_values, sorted.size());
  for (std::size_t i = 0; i < most; ++i) {
    law.law.values.push_back(seconds(sorted[(2 * i + 1) * sorted.size() / (2 * most)]));
  }
  return law_text(law);
}

ordered_json machine_of(const CostFit& fit, const IdleMachine& idle) {
  ordered_json operations = ordered_json::array();
  for (const sim::OperationCost& cost : fit.operations) {
    operations.push_back({{"operation", cost.operation},
                          {"cpu", microseconds_text(seconds(cost.cpu))},
                          {"economy", percent_text(cost.economy.value)},
                          {"aside", microseconds_text(seconds(cost.aside))},
                          {"wakeups", cost.wakeups},
                          {"delay", law_text(cost.delay)}});
  }
  ordered_json all = {{"cores", std::thread::hardware_concurrency()},
                      {"background", std::round(fit.demand.background * 1e4) / 1e4}};
  if (!idle.flushes.empty()) all["commit"] = law_of(idle.flushes);
  if (!idle.pauses.lengths.empty()) {
    const auto count = static_cast<std::int64_t>(idle.pauses.lengths.size());
    all["pause_every"] = ns(Duration{idle.pauses.watched.ns / count});
    all["pause"] = law_of(idle.pauses.lengths);
  }
  if (fit.run_queue.mean_s > 0) all["run_queue"] = law_text(fit.run_queue.wait);
  all["operations"] = std::move(operations);
  return all;
}

/// When the target's brokers take a consumer for dead, as the live consumers ask for. A platform
/// that is measured is up, and its consumers are members, before anything is asked.
ordered_json queue_of(const live::KafkaTarget& kafka) {
  return {{"partitions", kafka.partitions},
          {"session_timeout", ns(kafka.session_timeout)},
          {"heartbeat_interval", ns(std::min(whole_seconds(3), kafka.session_timeout / 3))},
          {"max_poll_interval", ns(std::max(kafka.poll_interval_max, kafka.session_timeout))},
          {"initial_delay", "0s"}};
}

}  // namespace

std::string microseconds_text(double s) { return std::to_string(std::llround(s * 1e6)) + "us"; }

std::string percent_text(double share) {
  char text[24];
  std::snprintf(text, sizeof text, "%.1f%%", share * 100);
  return text;
}

ordered_json settings_of(const live::Target& target, const CostFit& fit, const IdleMachine& idle) {
  ordered_json demands = ordered_json::array();
  for (const Demand& one : fit.demand.demands) {
    if (one.cpu_s <= 0) continue;
    demands.push_back({{"process", one.process},
                       {"operation", one.operation},
                       {"cpu", microseconds_text(one.cpu_s)},
                       {"error", microseconds_text(one.error_s)}});
  }
  ordered_json all;
  all["calibration"] = {{"target", target.name},
                        {"date", utc_now()},
                        {"r2", std::round(fit.demand.r2 * 1e4) / 1e4},
                        {"windows", fit.demand.windows},
                        {"economy", percent_text(fit.demand.economy)},
                        {"run_queue", microseconds_text(fit.run_queue.mean_s)},
                        {"run_queue_error", microseconds_text(fit.run_queue.error_s)},
                        {"levels", ordered_json::array()},
                        {"demands", std::move(demands)}};
  // What the machine charges as calls is free elsewhere.
  all["system"] = {{"machine", machine_of(fit, idle)},
                   {"queue", queue_of(target.kafka)},
                   {"cluster",
                    {{"job_start", "0s"},
                     {"task_start", "0s"},
                     {"scheduler_overhead", ns(fit.slot_wait)},
                     {"scan_rate", "100GB/s"},
                     {"shuffle_rate", "100GB/s"},
                     {"reduce_rate", "100GB/s"},
                     {"output_rate", "100GB/s"},
                     {"disk", "100GB/s"},
                     {"network", "100GB/s"}}}};
  return all;
}

void tell_calibration(const CostFit& fit, const ordered_json& settings,
                      std::ostream& out) {
  char line[120];
  out << "processor time of one request, by regression (" << fit.demand.windows << " windows, R2 ";
  std::snprintf(line, sizeof line, "%.2f)\n  %-12s %-8s %10s %12s\n", fit.demand.r2, "process",
                "of", "time", "error");
  out << line;
  for (const Demand& one : fit.demand.demands) {
    if (one.cpu_s < 1e-6) continue;
    std::snprintf(line, sizeof line, "  %-12s %-8s %8.0f us %8.0f us\n", one.process.c_str(),
                  one.operation.c_str(), one.cpu_s * 1e6, one.error_s * 1e6);
    out << line;
  }
  std::snprintf(line, sizeof line,
                "  reads cost %.0f %% less where all cores are busy; %.2f cores are busy anyway\n",
                fit.demand.economy * 100, fit.demand.background);
  out << line;
  std::snprintf(line, sizeof line,
                "  who wakes up then waits %.0f +-%.0f us in the run queue for each ahead\n",
                fit.run_queue.mean_s * 1e6, fit.run_queue.error_s * 1e6);
  out << line << "mean latency of a request\n  cores used     OBSERVED    SIMULATED\n";
  for (const ordered_json& level : settings["calibration"]["levels"]) {
    std::snprintf(line, sizeof line, "  %10s %12s %12s\n",
                  level["used"].get<std::string>().c_str(),
                  level["observed"].get<std::string>().c_str(),
                  level["simulated"].get<std::string>().c_str());
    out << line;
  }
  if (fit.demand.r2 >= r2_enough) return;
  out << "the fit explains only a part of what was used: something else ran. Predictions by\n"
         "it will miss: calibrate again where nothing else does\n";
}

}  // namespace wavetank::app
