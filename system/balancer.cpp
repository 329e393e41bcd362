#include "system/balancer.h"

#include <algorithm>
#include <array>

namespace wavetank::service {

std::size_t Balancer::pick(std::uint64_t subject, std::uint64_t attempt) {
  const std::size_t n = replicas_.size();
  if (n == 1) return 0;
  if (balance_ == Balance::round_robin) return turn_++ % n;
  if (balance_ == Balance::least_loaded) return least_loaded(subject, attempt);
  static constexpr Purpose purpose("balancer.random");
  const std::uint64_t bits = draw(seed_, purpose, subject, attempt);
  return below(bits, n);
}

/// Draws `of` different replicas; the first drawn wins a tie.
std::size_t Balancer::least_loaded(std::uint64_t subject, std::uint64_t attempt) {
  static constexpr Purpose purpose("balancer.candidates");
  const std::size_t n = replicas_.size();
  const std::size_t looks = std::min(of_, n);
  const std::uint64_t base = draw(seed_, purpose, subject, attempt);
  if (looks == n) {
    // All of them, from a place that is drawn, so that ties fall on each alike.
    std::size_t best = below(base, n);
    for (std::size_t k = 1, at = best; k < n; ++k) {
      at = at + 1 == n ? 0 : at + 1;
      if (under_way_[at] < under_way_[best]) best = at;
    }
    return best;
  }
  std::size_t best = n;
  std::array<std::size_t, candidates_max> seen{};
  std::size_t taken = 0;
  for (std::uint64_t k = 0; taken < looks; ++k) {
    const std::size_t at = below(mix64(base + k * 0x9e3779b97f4a7c15u), n);
    const auto end = seen.begin() + static_cast<std::ptrdiff_t>(taken);
    if (std::find(seen.begin(), end, at) != end) continue;
    seen[taken++] = at;
    if (best == n || under_way_[at] < under_way_[best]) best = at;
  }
  return best;
}

}  // namespace wavetank::service
