#include "app/live/stop_rules.h"

#include <algorithm>

#include "scenarios/engine/observed.h"
#include "scenarios/engine/text/quantity.h"

namespace wavetank::app {
namespace {

using engine::Metric;

constexpr Duration judged_every = whole_seconds(1);
constexpr std::int64_t second = 1'000'000'000;
/// How late the others' histories may be heard of.
constexpr Duration patience = whole_seconds(2);

/// What a platform that is not ours shows beside what the load itself is told.
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

/// In whole seconds of the run.
std::string moment(Time at) {
  return engine::text_of(whole_seconds(std::max<std::int64_t>(0, at.ns / second)));
}

bool seen(Metric metric, bool attached) {
  if (engine::told_by_the_load(metric)) return true;
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

std::vector<std::string> untold_metrics() {
  std::vector<std::string> names;
  for (const engine::MetricInfo& one : engine::metric_table) {
    if (!seen(one.id, true)) names.emplace_back(one.name);
  }
  return names;
}

StopRules::StopRules(const engine::Scenario& scenario, Loop& loop, const live::LiveClock& clock,
                     std::vector<std::string> histories, Duration silent_after,
                     Duration unknown_most)
    : judge_(scenario, loop),
      clock_(clock),
      silent_after_(silent_after),
      unknown_most_(unknown_most) {
  by_others_ = std::any_of(
      scenario.thresholds.begin(), scenario.thresholds.end(), [](const engine::Threshold& one) {
        return one.abort && !engine::told_by_the_load(one.metric->id);
      });
  if (by_others_ && !histories.empty()) {
    tail_ = std::make_unique<HistoryTail>(std::move(histories), clock);
  }
}

std::optional<std::string> StopRules::broken() {
  const Time now = clock_.now();
  if (judge_.idle() || now < next_) return std::nullopt;
  next_ = now + judged_every;
  if (tail_ != nullptr) {
    for (const Event& event : tail_->taken()) judge_.add(event);
    listen(now);
  }
  const auto why = judge_.judge(tail_ != nullptr ? now - patience : now);
  if (why) return "stopped by a safety rule: " + *why;
  return unknown_too_long(now);
}

/// As with the target's own figures: for a while a fault may keep them from us.
std::optional<std::string> StopRules::unknown_too_long(Time now) {
  const auto because = [](Duration lasted, const std::string& why) {
    return "stopped, as it was unknown for " + engine::text_of(whole_seconds(lasted.ns / second)) +
           " whether the rules that stop the run hold: " + why;
  };
  for (Silence& one : silences_) {
    if (one.to != time_max) continue;
    if (excused_.contains(one.process)) one.counts_from = now;
    const Duration lasted = now - one.counts_from;
    if (lasted > unknown_most_) return because(lasted, one.process + " wrote nothing");
  }
  if (!by_others_ || !told_) return std::nullopt;
  const Duration lasted = now - told_();
  if (lasted <= unknown_most_) return std::nullopt;
  return because(lasted, "the platform did not tell how requests stand");
}

void StopRules::excuse(const std::string& process, bool begins) {
  std::string name = process;
  std::replace(name.begin(), name.end(), '/', '-');  // as its history is named
  if (begins) {
    excused_.insert(name);
  } else if (const auto found = excused_.find(name); found != excused_.end()) {
    excused_.erase(found);
  }
}

void StopRules::listen(Time now) {
  const std::vector<std::string> silent = tail_->silent(silent_after_);
  const auto is_silent = [&silent](const std::string& process) {
    return std::find(silent.begin(), silent.end(), process) != silent.end();
  };
  for (Silence& one : silences_) {
    if (one.to != time_max || is_silent(one.process)) continue;
    one.to = now;
    unknown_.push_back(one.process + " writes its history again");
  }
  for (const std::string& process : silent) {
    const bool known = std::any_of(silences_.begin(), silences_.end(), [&](const Silence& one) {
      return one.process == process && one.to == time_max;
    });
    if (known) continue;
    silences_.push_back({process, now - silent_after_, time_max, now - silent_after_});
    unknown_.push_back(process + " has written no line and no heartbeat for " +
                       engine::text_of(silent_after_) +
                       ": whether the rules that stop this run hold is unknown until it does");
  }
}

std::vector<std::string> StopRules::notes() const {
  std::vector<std::string> all;
  for (const Silence& one : silences_) {
    const std::string until = one.to == time_max ? "its end" : moment(one.to);
    all.push_back("whether the rules that stop the run held is unknown from " + moment(one.from) +
                  " to " + until + ": " + one.process + " wrote nothing");
  }
  return all;
}

}  // namespace wavetank::app
