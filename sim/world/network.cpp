#include "sim/world/network.h"

#include <algorithm>

namespace wavetank::sim {

void Network::limit(OpMask ops, Bandwidth most) {
  for (std::size_t op = 0; op < limits_.size(); ++op) {
    if ((ops & (OpMask{1} << op)) != 0) limits_[op] = most;
  }
}

Duration Network::delay(const Call& call, Bytes size, std::uint64_t way) const {
  if ((elsewhere_ & mask_of(call.op)) != 0) return least(call.op, size);
  static constexpr Purpose latency("network.latency");
  static constexpr Purpose loss("network.loss");
  const std::uint64_t entity = mix64(call.info.subject ^ (std::uint64_t{call.server.value} << 40)) ^
                               (static_cast<std::uint64_t>(call.op) << 1) ^ way;
  Duration total = latency_.duration(Entropy{seed_, latency, entity, call.info.attempt});
  total += std::max(time_for(size, settings_.bandwidth), least(call.op, size));
  if (settings_.loss.value <= 0) return total;
  // At most eight in a row: TCP would have given up, and the caller's deadline has long passed.
  for (std::uint64_t n = 0; n < 8; ++n) {
    const std::uint64_t bits =
        draw(seed_, loss, entity, (std::uint64_t{call.info.attempt} << 8) + n);
    if (!hits(bits, settings_.loss.value)) break;
    total += settings_.retransmit * (std::int64_t{1} << n);
  }
  return total;
}

}  // namespace wavetank::sim
