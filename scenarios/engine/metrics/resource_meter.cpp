#include "scenarios/engine/metrics/resource_meter.h"

#include <algorithm>

namespace wavetank::engine {

ResourceMeter::ResourceMeter(MetricBoard& board, ResourceProbe* probe, bool network)
    : board_(board), probe_(probe), network_(network) {
  if (probe_ != nullptr) probe_->report_waits(*this);
}

void ResourceMeter::begin() {
  const auto& names = probe_->resources();
  for (std::size_t i = all_.size(); i < names.size(); ++i) {
    all_.emplace_back().name = names[i];
    if (names[i] == "db.pool") db_pool_ = i;
    if (names[i].starts_with("workers.") && names[i].ends_with(".slots")) slots_.push_back(i);
  }
}

void ResourceMeter::waited(std::size_t resource, Duration wait) {
  if (resource >= all_.size()) begin();
  all_[resource].waits.record(wait.ns);
  if (resource != db_pool_) return;
  Labels labels;
  labels.phase = board_.clock.phase();
  board_.store.record<Metric::db_wait>(wait.ns, labels);
}

void ResourceMeter::end_tick(Time now) {
  const auto elapsed = static_cast<double>((now - ticked_).ns);
  if (probe_ == nullptr || elapsed <= 0) return;
  begin();
  ticked_ = now;
  Share workers, db;
  for (std::size_t i = 0; i < all_.size(); ++i) {
    Followed& one = all_[i];
    const ResourceSample sample = probe_->sample(i);
    const Share tick{static_cast<double>(sample.busy - one.busy),
                     static_cast<double>(sample.capacity) * elapsed};
    one.busy = sample.busy;
    one.limited = one.limited || sample.capacity > 0;
    one.step.add(tick);
    one.minute.add(tick);
    one.run.add(tick);
    one.minute_queue = std::max(one.minute_queue, sample.waiting);
    if (network_) sample_station(i, tick.value(), sample.waiting);
    if (i == db_pool_) db = tick;
    if (std::find(slots_.begin(), slots_.end(), i) != slots_.end()) workers.add(tick);
  }
  workers_ = workers.value();
  db_ = db.value();
  Labels labels;
  labels.phase = board_.clock.phase();
  const auto sample = [this, &labels](Metric gauge, std::optional<double> share) {
    if (share) board_.store.sample(gauge, static_cast<std::int64_t>(*share * 1e6 + 0.5), labels);
  };
  sample(Metric::workers_utilisation, workers_);
  sample(Metric::db_utilisation, db_);
}

void ResourceMeter::sample_station(std::size_t number, std::optional<double> busy,
                                   std::int64_t waiting) {
  Labels labels;
  labels.phase = board_.clock.phase();
  labels.place = static_cast<std::uint16_t>(number);
  board_.store.sample(Metric::station_queue, waiting, labels);
  if (!busy) return;
  const auto share = static_cast<std::int64_t>(*busy * 1e6 + 0.5);
  board_.store.sample(Metric::station_utilisation, share, labels);
}

std::vector<ResourceMeter::Level> ResourceMeter::end_step() {
  std::vector<Level> levels;
  for (Followed& one : all_) {
    if (!one.limited || one.name.find('/') != std::string::npos) continue;
    levels.push_back({one.name, one.step.value()});
    one.step = {};
  }
  return levels;
}

void ResourceMeter::end_minute(Time now, const std::vector<std::string>& faults) {
  totals_.add(board_.minute);
  for (Followed& one : all_) {
    const double level = one.limited ? one.minute.value().value_or(0)
                                     : static_cast<double>(one.minute_queue);
    if (level > one.peak) {
      one.peak = level;
      one.peak_at = minute_began_;
      one.cause = cause_text(one.name, board_.minute, totals_, board_.jobs, faults);
    }
    one.minute = {};
    one.minute_queue = 0;
  }
  board_.minute = {};
  minute_began_ = now;
}

std::vector<ResourceResult> ResourceMeter::ranking() const {
  constexpr std::size_t unlimited_most = 5;  // of many partitions only the longest queues
  constexpr double worth_telling = 10;
  std::vector<ResourceResult> limited, unlimited;
  for (const Followed& one : all_) {
    ResourceResult result;
    result.name = one.name;
    result.peak = one.peak;
    result.mean = one.run.value().value_or(0);
    result.at = seconds(one.peak_at);
    // Idle ones, and those that were as busy all the time, have no minute to explain.
    constexpr double busier_than_ever = 1.1, busy = 0.1;
    const bool stands_out = one.peak > busy && one.peak > result.mean * busier_than_ever;
    if (!one.limited || stands_out) result.cause = one.cause;
    if (!one.waits.empty()) {
      result.wait_p99 = seconds(Duration{one.waits.quantile(990'000)});
    }
    if (!one.limited) result.unit = "1";
    if (!one.limited && one.peak < worth_telling) continue;
    (one.limited ? limited : unlimited).push_back(std::move(result));
  }
  const auto busier = [](const ResourceResult& a, const ResourceResult& b) {
    constexpr double same = 0.001;  // two that were full are told apart by the rest of the run
    if (a.unit == "ratio" && a.peak >= 1 - same && b.peak >= 1 - same) return a.mean > b.mean;
    return a.peak > b.peak;
  };
  std::stable_sort(limited.begin(), limited.end(), busier);
  std::stable_sort(unlimited.begin(), unlimited.end(), busier);
  if (unlimited.size() > unlimited_most) unlimited.resize(unlimited_most);
  limited.insert(limited.end(), unlimited.begin(), unlimited.end());
  return limited;
}

}  // namespace wavetank::engine
