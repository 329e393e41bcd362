#include "scenarios/engine/metrics/threshold_judge.h"

#include <algorithm>

#include "scenarios/engine/text/quantity.h"

namespace wavetank::engine {
namespace {

/// Whether `a` is further from holding than `b`.
bool worse(const Threshold& threshold, double a, double b) {
  switch (threshold.comparison) {
    case Comparison::less:
    case Comparison::less_equal: return a > b;
    case Comparison::greater:
    case Comparison::greater_equal: return a < b;
    case Comparison::equal:
    case Comparison::not_equal: break;
  }
  return threshold.holds(b) && !threshold.holds(a);
}

}  // namespace

bool ThresholdJudge::Judged::fails() const {
  return threshold.window ? failed > 0 : value && !threshold.holds(*value);
}

ThresholdJudge::ThresholdJudge(std::vector<Threshold> thresholds, MetricStore& store,
                               const PhaseClock& clock)
    : clock_(clock) {
  for (Threshold& threshold : thresholds) {
    const Duration length = threshold.window.value_or(Duration{});
    Watch& watch = store.watch(*threshold.metric, threshold.filter, length);
    judged_.emplace_back().watch = &watch;
    judged_.back().threshold = std::move(threshold);
  }
}

void ThresholdJudge::start(Time now) {
  started_ = now;
  for (Judged& judged : judged_) {
    if (!judged.threshold.window) continue;
    judged.watch->next_window();
    judged.closes = now + *judged.threshold.window;
  }
  find_next();
}

void ThresholdJudge::find_next() {
  next_ = time_max;
  for (const Judged& judged : judged_) next_ = std::min(next_, judged.closes);
}

void ThresholdJudge::close_windows(Time now) {
  for (Judged& judged : judged_) {
    if (judged.closes <= now) close_window(judged, now);
  }
  for (Judged& judged : judged_) {
    if (judged.closes > now) continue;
    judged.watch->next_window();  // several thresholds may share a watch: clear it after all
    judged.closes += *judged.threshold.window;
  }
  find_next();
}

void ThresholdJudge::close_window(Judged& judged, Time now) {
  const Threshold& threshold = judged.threshold;
  const Time from = now - *threshold.window;
  if (!clock_.covers(threshold.filter.phase, from, now)) return;
  const auto value = judged.watch->window().evaluate(*threshold.metric, threshold.aggregator,
                                                     threshold.quantile, *threshold.window);
  if (!value) return;
  ++judged.windows;
  if (!judged.value || worse(threshold, *value, *judged.value)) {
    judged.value = value;
    judged.worst_at = from;
  }
  if (threshold.holds(*value)) return;
  ++judged.failed;
  if (!judged.since) judged.since = from;
  abort_if_failed(judged);
}

void ThresholdJudge::evaluate_whole(Judged& judged, Time now) {
  const Threshold& threshold = judged.threshold;
  judged.value =
      judged.watch->whole().evaluate(*threshold.metric, threshold.aggregator, threshold.quantile,
                                     clock_.elapsed(threshold.filter.phase, now));
  if (!judged.fails()) {
    judged.since.reset();
  } else if (!judged.since) {
    judged.since = now;
  }
}

void ThresholdJudge::check(Time now) {
  for (Judged& judged : judged_) {
    if (!judged.threshold.window) evaluate_whole(judged, now);
  }
}

void ThresholdJudge::stop_if_failed() {
  for (Judged& judged : judged_) {
    if (!judged.threshold.window) abort_if_failed(judged);
  }
}

void ThresholdJudge::abort_if_failed(Judged& judged) {
  // What must grow to a limit fails until it has got there: that is no reason to stop.
  const bool grows = judged.threshold.metric->kind == MetricKind::counter ||
                     judged.threshold.aggregator == Aggregator::count;
  const bool from_below = judged.threshold.comparison == Comparison::greater ||
                          judged.threshold.comparison == Comparison::greater_equal ||
                          judged.threshold.comparison == Comparison::equal;
  if (!judged.threshold.window && grows && from_below) return;
  if (!judged.threshold.abort || !judged.fails()) return;
  aborted_ = true;
  judged.stopped_run = true;
}

void ThresholdJudge::end_steady(Time now) {
  if (steady_over_) return;
  steady_over_ = true;
  if (!started_ || now <= *started_) return;
  steady_.judged = true;
  for (Judged& judged : judged_) {
    const Threshold& threshold = judged.threshold;
    if (threshold.filter.phase && *threshold.filter.phase != RunPhase::chaos) continue;
    if (!threshold.window) evaluate_whole(judged, now);
    if (!judged.fails()) continue;
    steady_.broken.push_back(threshold.text + ": " + threshold.human(*judged.value));
  }
}

void ThresholdJudge::finish(Time now) {
  for (Judged& judged : judged_) {
    if (!judged.threshold.window) evaluate_whole(judged, now);
  }
}

std::vector<ThresholdResult> ThresholdJudge::results() const {
  std::vector<ThresholdResult> out;
  for (const Judged& judged : judged_) {
    const Threshold& threshold = judged.threshold;
    ThresholdResult& result = out.emplace_back();
    result.expr = threshold.text;
    if (threshold.window) result.window = text_of(*threshold.window);
    result.aborted = judged.stopped_run;
    if (!judged.value) {
      result.undecided = true;
      result.observed = "nothing observed";
      continue;
    }
    result.value = *judged.value;
    result.holds = !judged.fails();
    result.observed = threshold.human(*judged.value);
    if (threshold.window) {
      result.observed += " in the worst window, at " +
                         human(MetricUnit::seconds, seconds(*judged.worst_at));
      if (judged.failed > 0) {
        result.observed += "; " + std::to_string(judged.failed) + " of " +
                           std::to_string(judged.windows) + " failed";
      }
    }
    if (judged.since) result.since = seconds(*judged.since);
  }
  return out;
}

}  // namespace wavetank::engine
