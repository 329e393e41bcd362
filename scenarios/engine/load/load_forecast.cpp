#include "scenarios/engine/load/load_forecast.h"

#include <algorithm>
#include <limits>

#include "scenarios/engine/load/arrival_source.h"

namespace wavetank::engine {
namespace {

/// Stops at the greatest number: it is over every limit.
void grow(Bytes& sum, Bytes one, std::uint64_t times) {
  std::int64_t all = 0;
  const bool over = __builtin_mul_overflow(one.count, times, &all) ||
                    __builtin_add_overflow(sum.count, all, &sum.count);
  if (over) sum.count = std::numeric_limits<std::int64_t>::max();
}

bool concerns(const LoadSurge& surge, const LoadEntry& entry) {
  return surge.factor > 1 && (surge.load.empty() || surge.load == entry.name);
}

/// Counts one load as Client sends it.
class Count {
 public:
  Count(const PlannedLoad& load, LoadForecast& all) : load_(load), all_(all) {}

  void planned(Time from, Time to, std::span<const LoadSurge> surges);
  void added(const LoadSurge& surge, Time from, Time to);
  double busiest_per_s() const {
    return static_cast<double>(busiest_) / seconds(LoadForecast::trace_window);
  }

 private:
  void add(const Arrival& arrival, std::uint64_t times);

  const PlannedLoad& load_;
  LoadForecast& all_;
  std::int64_t window_ = -1;
  std::uint64_t in_window_ = 0, busiest_ = 0;
  std::uint64_t next_extra_ = 0;
};

void Count::add(const Arrival& arrival, std::uint64_t times) {
  const LoadEntry& entry = load_.entry();
  const std::int64_t window = arrival.at.ns / LoadForecast::trace_window.ns;
  if (window != window_) in_window_ = 0;
  window_ = window;
  in_window_ += times;
  busiest_ = std::max(busiest_, in_window_);
  const PlannedRequest request = load_.request(arrival);
  const bool retries = entry.retry.policy != service::Backoff::none;
  const std::uint64_t tries =
      times * (retries ? static_cast<std::uint64_t>(entry.retry.attempts) : 1);
  all_.tries += tries;
  if (request.kind == RequestKind::status) all_.status_reads += times;
  if (request.kind == RequestKind::output) all_.output_reads += times;
  if (request.kind != RequestKind::submit) return;
  all_.submits += times;
  all_.submit_tries += tries;
  if (entry.poll.interval > Duration{}) {
    all_.polls += times * static_cast<std::uint64_t>(entry.poll.lasts.ns / entry.poll.interval.ns);
  }
  grow(all_.input, request.work.input, times);
  grow(all_.shuffle, request.work.shuffle, times);
  grow(all_.output, request.work.output, times);
  all_.input_most = std::max(all_.input_most, request.work.input);
}

/// Rows of a trace that a surge repeats come with their own.
void Count::planned(Time from, Time to, std::span<const LoadSurge> surges) {
  ArrivalSource source(load_);
  while (const auto arrival = source.next()) {
    if (arrival->at >= to) return;
    if (arrival->at < from) continue;
    std::uint64_t times = 1;
    for (const LoadSurge& surge : surges) {
      if (!load_.survey() || !concerns(surge, load_.entry())) continue;
      if (arrival->at < surge.from || arrival->at >= surge.to) continue;
      const std::uint64_t subject = subject_of(load_.place(), arrival->index, false);
      times = ArrivalSource::copies(load_.seed(), "load.spike", subject, surge.factor);
    }
    add(*arrival, times);
  }
}

/// What a surge adds to a shape.
void Count::added(const LoadSurge& surge, Time from, Time to) {
  const Time begin = std::max(from, surge.from), end = std::min(to, surge.to);
  if (load_.survey() || !concerns(surge, load_.entry()) || begin >= end) return;
  ArrivalSource source(load_, begin, surge.factor - 1, next_extra_);
  while (const auto arrival = source.next()) {
    if (arrival->at >= end) return;
    next_extra_ = source.next_index();
    add(*arrival, 1);
  }
}

}  // namespace

LoadForecast forecast(const LoadPlan& plan, Time from, Time to,
                      std::span<const LoadSurge> surges) {
  LoadForecast all;
  for (const PlannedLoad& load : plan.loads()) {
    if (load.entry().shape->closed() != nullptr) continue;
    Count count(load, all);
    count.planned(from, to, surges);
    for (const LoadSurge& surge : surges) count.added(surge, from, to);
    if (load.survey()) all.trace_rate_per_s += count.busiest_per_s();
  }
  return all;
}

double fastest_rate(const LoadEntry& entry, Time from, Time to,
                    std::span<const LoadSurge> surges) {
  const auto fastest = [&entry](Time begin, Time end) {
    const Time at = Time{} + entry.at;
    double most = 0;
    for (const Leg& leg : entry.shape->legs()) {
      const Time first = std::max(begin, at + leg.from), last = std::min(end, at + leg.to);
      if (first >= last) continue;
      const double length = seconds(leg.to - leg.from);
      const auto rate = [&](Time when) {
        const double share = seconds(when - (at + leg.from)) / length;
        return leg.rate_from + share * (leg.rate_to - leg.rate_from);
      };
      most = std::max({most, rate(first), rate(last)});
    }
    return most * entry.scale;
  };
  double most = fastest(from, to);
  for (const LoadSurge& surge : surges) {
    if (!concerns(surge, entry)) continue;
    const double then = fastest(std::max(from, surge.from), std::min(to, surge.to));
    most = std::max(most, then * surge.factor);
  }
  return most;
}

}  // namespace wavetank::engine
