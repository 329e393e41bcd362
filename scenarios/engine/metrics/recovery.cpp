#include "scenarios/engine/metrics/recovery.h"

#include <algorithm>
#include <cmath>

#include "scenarios/engine/metrics/histogram.h"
#include "scenarios/engine/metrics/metric_registry.h"

namespace wavetank::engine {
namespace {

/// What errors may reach though there were none before: one in a hundred.
constexpr double error_floor = 0.01;
/// Shortfalls of goodput within two standard deviations of a Poisson count are chance.
constexpr double chance = 2;

struct Sum {
  double submits = 0, answered = 0, errors = 0, on_time = 0, missed = 0;
  std::optional<Duration> oldest;

  void add(const TickSample& tick) {
    submits += tick.submits;
    answered += tick.answered;
    errors += tick.errors;
    on_time += tick.on_time;
    missed += tick.missed;
    if (tick.oldest && (!oldest || *tick.oldest > *oldest)) oldest = tick.oldest;
  }
};

/// The ticks that lie in [from, to) with at least half of themselves.
std::pair<std::size_t, std::size_t> ticks_in(const RunSamples& run, Time from, Time to) {
  const auto index = [&run](Time at) {
    const std::int64_t i = (at.ns + run.tick.ns / 2) / run.tick.ns;
    return std::min(run.ticks.size(), static_cast<std::size_t>(std::max<std::int64_t>(0, i)));
  };
  const std::size_t first = index(from);
  return {first, std::max(first, index(std::min(to, run.end)))};
}

Sum sum(const RunSamples& run, std::size_t first, std::size_t last) {
  Sum out;
  for (std::size_t i = first; i < last; ++i) out.add(run.ticks[i]);
  return out;
}

/// What a window after the fault must meet.
struct Level {
  double errors_max = 0;
  double goodput_min = 0;  ///< of the outputs offered
  Duration oldest_max{};
  double errors_before = 0;
  std::optional<Duration> oldest_before;

  Level(const Sum& before, const RecoverySettings& settings, Duration tick) {
    const double tolerance = settings.tolerance;
    if (before.answered > 0) errors_before = before.errors / before.answered;
    errors_max = errors_before * (1 + tolerance) + error_floor;
    const double flow = before.submits > 0 ? std::min(1.0, before.on_time / before.submits) : 1;
    goodput_min = settings.trace ? 0 : flow * (1 - tolerance);
    oldest_before = before.oldest;
    const Duration level = before.oldest.value_or(Duration{});
    const Duration slack = std::max(tick, whole_seconds(1));
    oldest_max = from_seconds(seconds(level) * (1 + tolerance)) + slack;
  }

  /// What is still out of bounds; empty if nothing is.
  std::string complaint(const Sum& now) const {
    const std::string flow = flow_complaint(now);
    if (!flow.empty() || !now.oldest || *now.oldest <= oldest_max) return flow;
    const double was = seconds(oldest_before.value_or(Duration{}));
    return "oldest work " + human(MetricUnit::seconds, seconds(*now.oldest)) + " against " +
           human(MetricUnit::seconds, was) + " before";
  }

  /// The same for errors and goodput alone.
  std::string flow_complaint(const Sum& now) const {
    if (now.answered > 0 && now.errors / now.answered > errors_max) {
      return "errors " + human(MetricUnit::share, now.errors / now.answered) + " against " +
             human(MetricUnit::share, errors_before) + " before";
    }
    const double missing = now.submits * goodput_min - now.on_time;
    if (missing > chance * std::sqrt(now.submits)) {
      return "ready in time " + human(MetricUnit::share, now.on_time / now.submits) +
             " of what is offered";
    }
    return "";
  }
};

Time last_before(const std::vector<FaultSpan>& faults, Time at, Time not_before) {
  Time last = not_before;
  for (const FaultSpan& fault : faults) {
    if (fault.to <= at && fault.to > last) last = fault.to;
  }
  return last;
}

/// One tick past the last in which something was offered.
std::size_t load_end(const RunSamples& run) {
  std::size_t n = run.ticks.size();
  while (n > 0 && run.ticks[n - 1].first_sends == 0) --n;
  return n;
}

Recovery stuck(std::string why) {
  Recovery out;
  out.verdict = "stuck";
  out.why = why.empty() ? "it did not hold for as long as is asked" : std::move(why);
  return out;
}

Recovery recovered(Duration after, const RecoverySettings& settings) {
  Recovery out;
  const bool slow = settings.within && after > *settings.within;
  out.verdict = slow ? "slow" : "recovers";
  out.after_s = seconds(after);
  if (slow) {
    out.why = "it took " + human(MetricUnit::seconds, seconds(after)) + ", allowed " +
              human(MetricUnit::seconds, seconds(*settings.within));
  }
  return out;
}

}  // namespace

std::pair<Time, Time> before_fault(const RunSamples& run, const std::vector<FaultSpan>& faults,
                                   std::size_t which) {
  const Time at = faults[which].from;
  const Time to = std::min(faults[which].to, run.end);
  const Duration span = std::max(minutes(10), to - at);
  const Time earliest = std::max(run.warm_up_end, at - span);
  const Time quiet = last_before(faults, at, earliest);
  const bool enough = at - quiet >= minutes(1) && at - quiet >= run.tick * 2;
  return {std::min(at, enough ? quiet : earliest), at};
}

Recovery judge_recovery(const RunSamples& run, const std::vector<FaultSpan>& faults,
                        std::size_t which, const RecoverySettings& settings) {
  const FaultSpan& fault = faults[which];
  Recovery none;
  if (fault.to == time_max || fault.to > run.end) {
    none.why = "the run ended before the fault did";
    return none;
  }
  auto [from, to] = before_fault(run, faults, which);
  if (settings.trace) from = run.warm_up_end;  // work of a trace comes in bursts: its worst counts
  const auto [first, last] = ticks_in(run, from, to);
  const Level level(sum(run, first, last), settings, run.tick);

  const std::size_t n = run.ticks.size();
  const auto hold = static_cast<std::size_t>(
      std::max<std::int64_t>(1, (settings.hold.ns + run.tick.ns - 1) / run.tick.ns));
  const auto begin = static_cast<std::size_t>((fault.to.ns + run.tick.ns - 1) / run.tick.ns);
  const std::size_t loaded = load_end(run);
  for (std::size_t i = begin; i <= n; ++i) {
    const std::size_t end = std::min(n, i + hold);
    // The end of the run cuts the hold short: then all work must be done, or half of it must do.
    if (i + hold > n && !run.drained && (end - i) * 2 < hold) break;
    if (!level.complaint(sum(run, i, end)).empty()) continue;
    if (i + hold > loaded && begin + 2 * hold <= loaded) {
      const std::string why = level.flow_complaint(sum(run, loaded - hold, loaded));
      if (!why.empty()) return stuck(why + ", until the load ended");
    }
    const Time at = std::min(run.end, Time{run.tick.ns * static_cast<std::int64_t>(i)});
    return recovered(i == begin ? Duration{} : at - fault.to, settings);
  }
  return stuck(level.complaint(sum(run, n > hold ? n - hold : 0, n)));
}

Recovery worst_of(const std::vector<Recovery>& recoveries) {
  const auto rank = [](const std::string& verdict) {
    return verdict == "stuck" ? 3 : verdict == "slow" ? 2 : verdict == "recovers" ? 1 : 0;
  };
  Recovery out;
  for (const Recovery& each : recoveries) {
    const bool later = each.after_s.value_or(0) > out.after_s.value_or(-1);
    const int order = rank(each.verdict) - rank(out.verdict);
    if (order > 0 || (order == 0 && later)) out = each;
  }
  return out;
}

Around around(const RunSamples& run, Time from, Time to) {
  Around out;
  const auto [first, last] = ticks_in(run, from, to);
  const Sum all = sum(run, first, last);
  if (all.answered > 0) out.error_rate = all.errors / all.answered;
  if (all.on_time + all.missed > 0) out.on_time = all.on_time / (all.on_time + all.missed);
  if (all.oldest) out.oldest_age = seconds(*all.oldest);
  Histogram freshness;
  for (std::size_t i = first; i < last; ++i) {
    for (const auto& [bucket, n] : run.ticks[i].freshness) freshness.add(bucket, n);
  }
  if (!freshness.empty()) out.freshness_p99 = seconds(Duration{freshness.quantile(990'000)});
  return out;
}

}  // namespace wavetank::engine
