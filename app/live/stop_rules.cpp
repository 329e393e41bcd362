#include "app/live/stop_rules.h"

#include <algorithm>

namespace wavetank::app {
namespace {

using engine::Metric;

constexpr Duration judged_every = whole_seconds(1);
/// How late the others' histories may be heard of.
constexpr Duration patience = whole_seconds(2);

/// Made of what the load itself sends and is told.
constexpr Metric of_the_load[] = {Metric::api_latency, Metric::api_requests, Metric::api_errors,
                                  Metric::reads, Metric::reads_trusted};

/// What a platform that is not ours shows beside that.
constexpr Metric of_others[] = {
    Metric::processes_accepted, Metric::processes_deduplicated, Metric::process_latency,
    Metric::processes_failed,   Metric::processes_overdue,      Metric::processes_unfinished,
    Metric::processes_oldest,   Metric::freshness,              Metric::freshness_on_time,
    Metric::goodput,            Metric::outputs_untrusted,      Metric::callbacks_attempts,
    Metric::callbacks_duplicates, Metric::callbacks_timed_out,  Metric::rows_rejected,
    Metric::manifests_wrong};

/// Made of calls and resources, which no history tells.
constexpr Metric of_no_history[] = {Metric::call_latency,   Metric::call_errors,
                                    Metric::tasks_moved,    Metric::db_utilisation,
                                    Metric::db_wait,        Metric::workers_utilisation};

template <std::size_t n>
bool among(const Metric (&all)[n], Metric metric) {
  return std::find(std::begin(all), std::end(all), metric) != std::end(all);
}

bool seen(Metric metric, bool attached) {
  if (among(of_the_load, metric)) return true;
  if (attached) return among(of_others, metric);
  return !among(of_no_history, metric) && !engine::placed(engine::info_of(metric).labels);
}

}  // namespace

std::vector<std::string> blind_rules(const std::vector<engine::Threshold>& thresholds,
                                     bool attached) {
  std::vector<std::string> blind;
  for (std::size_t i = 0; i < thresholds.size(); ++i) {
    const engine::Threshold& one = thresholds[i];
    if (!one.abort || seen(one.metric->id, attached)) continue;
    blind.push_back("/expect/thresholds/" + std::to_string(i) + ": \"" + one.text +
                    "\" is to abort the run, but nobody sees " + one.metric->name +
                    " while a live run lasts: leave out its \"abort\", or guard another metric");
  }
  return blind;
}

StopRules::StopRules(const engine::Scenario& scenario, Loop& loop, const live::LiveClock& clock,
                     std::vector<std::string> histories)
    : judge_(scenario, loop), clock_(clock) {
  const bool by_others = std::any_of(
      scenario.thresholds.begin(), scenario.thresholds.end(), [](const engine::Threshold& one) {
        return one.abort && !among(of_the_load, one.metric->id);
      });
  if (by_others && !histories.empty()) {
    tail_ = std::make_unique<HistoryTail>(std::move(histories), clock);
  }
}

std::optional<std::string> StopRules::broken() {
  const Time now = clock_.now();
  if (judge_.idle() || now < next_) return std::nullopt;
  next_ = now + judged_every;
  if (tail_ != nullptr) {
    for (const Event& event : tail_->taken()) judge_.add(event);
  }
  const auto why = judge_.judge(tail_ != nullptr ? now - patience : now);
  if (!why) return std::nullopt;
  return "stopped by a safety rule: " + *why;
}

}  // namespace wavetank::app
