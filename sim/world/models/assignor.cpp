#include "sim/world/models/assignor.h"

#include <numeric>

namespace wavetank::sim {

std::vector<std::vector<std::uint32_t>> assign(Assignor assignor, std::size_t members,
                                               const std::vector<std::uint32_t>& topics) {
  std::vector<std::vector<std::uint32_t>> shares(members);
  if (members == 0) return shares;
  if (assignor == Assignor::round_robin) {
    const std::uint32_t all = std::accumulate(topics.begin(), topics.end(), std::uint32_t{0});
    for (std::uint32_t p = 0; p < all; ++p) shares[p % members].push_back(p);
    return shares;
  }
  std::uint32_t next = 0;
  for (const std::uint32_t partitions : topics) {
    const std::size_t each = partitions / members;
    const std::size_t one_more = partitions % members;
    for (std::size_t m = 0; m < members; ++m) {
      const std::size_t count = each + (m < one_more ? 1 : 0);
      for (std::size_t i = 0; i < count; ++i) shares[m].push_back(next++);
    }
  }
  return shares;
}

}  // namespace wavetank::sim
