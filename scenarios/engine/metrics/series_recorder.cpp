#include "scenarios/engine/metrics/series_recorder.h"

namespace wavetank::engine {
namespace {

std::optional<double> share(std::uint64_t a, std::uint64_t b) {
  if (b == 0) return std::nullopt;
  return static_cast<double>(a) / static_cast<double>(b);
}

std::optional<double> quantile(const Histogram& histogram, Histogram::PerMillion q) {
  if (histogram.empty()) return std::nullopt;
  return seconds(Duration{histogram.quantile(q)});
}

}  // namespace

void SeriesRecorder::put(const std::string& name, const char* unit, std::optional<double> value) {
  // Tracks come in the same order each step; a resource that appears later makes one more.
  std::size_t track = next_track_;
  if (track >= tracks_.size() || tracks_[track].name != name) {
    track = 0;
    while (track < tracks_.size() && tracks_[track].name != name) ++track;
  }
  if (track == tracks_.size()) tracks_.push_back({name, unit, {}});
  tracks_[track].values.resize(steps_);
  tracks_[track].values.push_back(value);
  next_track_ = track + 1;
}

void SeriesRecorder::put_load(double s) {
  put("load.offered", "1/s", static_cast<double>(step_.first_sends) / s);
  put("jobs.offered", "1/s", static_cast<double>(step_.submits) / s);
  put("errors", "ratio", share(step_.errors, step_.answered));
  put("api.latency.p50", "s", quantile(board_.step_latency, 500'000));
  put("api.latency.p99", "s", quantile(board_.step_latency, 990'000));
  put("freshness.p99", "s", quantile(board_.step_freshness, 990'000));
}

/// Of a queueing network, whose requests are what the client's latency is about.
void SeriesRecorder::put_network(double s) {
  put("load.offered", "1/s", static_cast<double>(step_.first_sends) / s);
  put("load.goodput", "1/s", static_cast<double>(step_.on_time) / s);
  put("errors", "ratio", share(step_.errors, step_.answered));
  put("client.latency.p50", "s", quantile(board_.step_latency, 500'000));
  put("client.latency.p99", "s", quantile(board_.step_latency, 990'000));
  put("retries", "1/s", static_cast<double>(step_.retries) / s);
  put("cache.hit_ratio", "ratio", share(step_.cache_hits, step_.cache_lookups));
}

void SeriesRecorder::put_outcomes(double s) {
  put("queue.lag", "1", static_cast<double>(outputs_.queue_lag()));
  put("spill.bytes", "bytes", static_cast<double>(step_.spill_bytes));
  put("retries", "1/s", static_cast<double>(step_.retries) / s);
  put("cache.hit_ratio", "ratio", share(step_.cache_hits, step_.cache_lookups));
  put("processes.unfinished", "1", static_cast<double>(outputs_.unfinished()));
  put("processes.overdue", "1", static_cast<double>(outputs_.overdue()));
  put("outputs.untrusted", "1", static_cast<double>(outputs_.untrusted()));
}

void SeriesRecorder::put_utilisation() {
  if (!network_) {
    put("workers.utilisation", "ratio", resources_.workers_utilisation());
    put("db.utilisation", "ratio", resources_.db_utilisation());
  }
  for (const ResourceMeter::Level& level : resources_.end_step()) {
    if (level.name == "db.pool" || level.name == "workers.slots") continue;
    put(level.name + ".utilisation", "ratio", level.utilisation);
  }
}

void SeriesRecorder::end_step(Time from, Time now) {
  const double s = seconds(now - from);
  next_track_ = 0;
  if (network_) {
    put_network(s);
  } else {
    put_load(s);
    const auto age = outputs_.queue_lag_age(now);
    put("queue.lag_age", "s", age ? seconds(*age) : 0.0);
    put_outcomes(s);
  }
  put_utilisation();
  ++steps_;
  step_ = {};
  board_.step_latency.clear();
  board_.step_freshness.clear();
}

Series SeriesRecorder::series(const Grid& grid) const {
  Series out{0, seconds(grid.step), tracks_};
  for (Series::Track& track : out.tracks) track.values.resize(steps_);
  return out;
}

}  // namespace wavetank::engine
