#include "sim/world/models/shared_resource.h"

#include <limits>

#include "system/base/check.h"

namespace wavetank::sim {
namespace {

constexpr int fraction_bits = 24;
constexpr std::int64_t most_bytes = std::int64_t{1} << 50;
constexpr std::uint64_t most_weight = std::uint64_t{1} << 20;
constexpr Uint128 ns_per_s = 1'000'000'000;

constexpr auto keep_position = [](const auto& entry, std::uint32_t position) {
  entry.flow->position = position;
};

}  // namespace

SharedResource::SharedResource(Bandwidth capacity) { set_capacity(Time{}, capacity.bytes_per_s); }

void SharedResource::advance(Time now) {
  WAVETANK_CHECK(now >= last_, "a shared resource's time never falls");
  const std::int64_t elapsed = (now - last_).ns;
  if (elapsed == 0) return;
  last_ = now;
  const auto work = static_cast<Int128>(capacity_) * elapsed;
  usage_.capacity_ns += work;
  if (heap_.empty()) return;
  usage_.busy.ns += elapsed;
  usage_.flow_ns += static_cast<Int128>(heap_.size()) * elapsed;
  if (capacity_ == 0) {
    usage_.stalled.ns += elapsed;
    return;
  }
  usage_.byte_ns += work;
  const Uint128 sum = (static_cast<Uint128>(work) << fraction_bits) + carry_;
  const Uint128 unit = ns_per_s * weights_;
  const Uint128 growth = sum / unit;
  served_ += growth;
  carry_ = sum - growth * unit;
}

void SharedResource::start(Time now, Flow& flow, Bytes bytes, std::uint32_t weight) {
  WAVETANK_CHECK(!flow.in_progress(), "a flow is started once");
  WAVETANK_CHECK(bytes.count >= 0 && bytes.count <= most_bytes, "a flow has 0 to 2^50 bytes");
  WAVETANK_CHECK(weight > 0 && weights_ + weight <= most_weight, "weights stay within 1 to 2^20");
  advance(now);
  if (heap_.empty()) served_ = 0;
  flow.bytes = bytes.count;
  flow.weight = weight;
  weights_ += weight;
  carry_ = 0;
  ++usage_.started;
  const Uint128 share =
      ((static_cast<Uint128>(bytes.count) << fraction_bits) + weight - 1) / weight;
  heap_.push({served_ + share, started_++, &flow}, keep_position);
}

void SharedResource::take_out(Flow& flow) {
  weights_ -= flow.weight;
  carry_ = 0;
  heap_.erase(flow.position, keep_position);
}

Bytes SharedResource::remaining(Time now, const Flow& flow) {
  WAVETANK_CHECK(flow.in_progress(), "only a flow in progress has bytes left");
  advance(now);
  const Uint128 end = heap_.at(flow.position).end;
  if (end <= served_) return {0};
  const Uint128 left = (end - served_) * flow.weight;
  const Uint128 one = Uint128{1} << fraction_bits;
  const auto bytes = static_cast<std::int64_t>((left + one - 1) >> fraction_bits);
  return {bytes < flow.bytes ? bytes : flow.bytes};
}

Bytes SharedResource::cancel(Time now, Flow& flow) {
  const Bytes left = remaining(now, flow);
  take_out(flow);
  return left;
}

Time SharedResource::next_completion() const {
  if (heap_.empty()) return time_max;
  const Uint128 end = heap_.top().end;
  if (end <= served_) return last_;
  if (capacity_ == 0) return time_max;
  const Uint128 rate = static_cast<Uint128>(capacity_) << fraction_bits;
  const Uint128 wait = ((end - served_) * (ns_per_s * weights_) - carry_ + rate - 1) / rate;
  constexpr auto most = static_cast<Uint128>(std::numeric_limits<std::int64_t>::max());
  return wait > most ? time_max : last_ + Duration{static_cast<std::int64_t>(wait)};
}

Flow* SharedResource::pop_completed(Time now) {
  advance(now);
  if (heap_.empty() || heap_.top().end > served_) return nullptr;
  Flow* flow = heap_.top().flow;
  take_out(*flow);
  ++usage_.completed;
  return flow;
}

void SharedResource::set_capacity(Time now, std::int64_t bytes_per_s) {
  WAVETANK_CHECK(bytes_per_s >= 0, "a capacity is not negative");
  advance(now);
  capacity_ = bytes_per_s;
}

const SharedUsage& SharedResource::usage(Time now) {
  advance(now);
  return usage_;
}

}  // namespace wavetank::sim
