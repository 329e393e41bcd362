#pragma once
// The network between service nodes: latency, size over bandwidth, and lost segments that come
// again. Drawn for the message, so that other traffic changes nothing.

#include <array>

#include "sim/random/sampler.h"
#include "sim/world/settings.h"
#include "system/ports/call.h"

namespace wavetank::sim {

class Network {
 public:
  /// Calls of the ops `elsewhere` are under way no time: what they wait for is known as a whole.
  Network(const NetworkSettings& settings, std::uint64_t seed, OpMask elsewhere)
      : settings_(settings), latency_(settings.latency), seed_(seed), elsewhere_(elsewhere) {}

  /// How long `call`'s request (or reply) of `size` is under way.
  Duration request(const Call& call, Bytes size) const { return delay(call, size, 0); }
  Duration reply(const Call& call, Bytes size) const { return delay(call, size, 1); }

  /// From now on calls of these verbs move at most so fast; 0 lifts it.
  void limit(OpMask ops, Bandwidth most);
  /// How long so many bytes take at least under the limit of `op`; nothing where it has none.
  Duration least(Op op, Bytes size) const {
    return time_for(size, limits_[static_cast<std::size_t>(op)]);
  }

 private:
  Duration delay(const Call& call, Bytes size, std::uint64_t way) const;

  const NetworkSettings& settings_;
  Sampler latency_;
  std::uint64_t seed_;
  OpMask elsewhere_;
  std::array<Bandwidth, 64> limits_{};  // by op; 0 is none
};

}  // namespace wavetank::sim
