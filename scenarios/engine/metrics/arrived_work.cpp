#include "scenarios/engine/metrics/arrived_work.h"

#include <algorithm>

namespace wavetank::engine {
namespace {

constexpr Histogram::PerMillion p99 = 990'000;

std::size_t index_of(Time planned, Duration tick) {
  return static_cast<std::size_t>(std::max<std::int64_t>(0, planned.ns) / tick.ns);
}

void put(Around& out, const Histogram& freshness, std::uint64_t on_time, std::uint64_t offered) {
  out.freshness_p99.reset();
  if (!freshness.empty()) out.freshness_p99 = seconds(Duration{freshness.quantile(p99)});
  out.on_time.reset();
  if (offered > 0) out.on_time = static_cast<double>(on_time) / static_cast<double>(offered);
}

}  // namespace

ArrivedWork::Fault& ArrivedWork::fault(std::size_t index) {
  if (index >= faults_.size()) faults_.resize(index + 1);
  return faults_[index];
}

void ArrivedWork::begin_fault(std::size_t index, std::uint64_t open) {
  Fault& begun = fault(index);
  begun.begun = true;
  begun.offered = open;
}

void ArrivedWork::end_fault(std::size_t index, Time now) { fault(index).to = now; }

ArrivedWork::Tick& ArrivedWork::tick_of(Time planned) {
  const std::size_t index = index_of(planned, tick_);
  if (index >= ticks_.size()) ticks_.resize(index + 1);
  return ticks_[index];
}

void ArrivedWork::offered(Time planned) {
  ++tick_of(planned).offered;
  for (Fault& each : faults_) {
    if (each.holds(planned)) ++each.offered;
  }
}

void ArrivedWork::ready(Time planned, Duration age, bool in_time) {
  const std::uint32_t bucket =
      Histogram::index_of(static_cast<std::uint64_t>(std::max<std::int64_t>(0, age.ns)));
  Tick& tick = tick_of(planned);
  if (in_time) ++tick.on_time;
  const auto at = std::lower_bound(tick.freshness.begin(), tick.freshness.end(),
                                   std::pair{bucket, std::uint32_t{0}});
  if (at != tick.freshness.end() && at->first == bucket) {
    ++at->second;
  } else {
    tick.freshness.insert(at, {bucket, 1});
  }
  for (Fault& each : faults_) {
    if (!each.holds(planned)) continue;
    each.freshness.record(age.ns);
    if (in_time) ++each.on_time;
  }
}

void ArrivedWork::read_fault(std::size_t index, Around& out) const {
  if (index >= faults_.size()) return;
  const Fault& one = faults_[index];
  put(out, one.freshness, one.on_time, one.offered);
}

void ArrivedWork::read(Time from, Time to, Around& out) const {
  Histogram freshness;
  std::uint64_t on_time = 0, offered = 0;
  const Time half{tick_.ns / 2};
  const std::size_t end = std::min(ticks_.size(), index_of(Time{to.ns + half.ns}, tick_));
  for (std::size_t i = index_of(Time{from.ns + half.ns}, tick_); i < end; ++i) {
    for (const auto& [bucket, n] : ticks_[i].freshness) freshness.add(bucket, n);
    on_time += ticks_[i].on_time;
    offered += ticks_[i].offered;
  }
  put(out, freshness, on_time, offered);
}

}  // namespace wavetank::engine
