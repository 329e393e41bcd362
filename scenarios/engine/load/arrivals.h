#pragma once
// The instants at which a rate lets requests arrive.
//
// At a constant rate the k-th arrival of a leg lies floor(k 10^9 / rate) ns behind the leg's start,
// in integers, with no interval accumulated. Along a ramp it lies where the integral of the rate
// reaches k, by the closed form. Random arrivals take exponential gaps of that integral from a
// Stream, so that twice the rate means half of every gap.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "scenarios/engine/load/shape.h"
#include "system/base/random.h"

namespace wavetank::engine {

/// Legs from `begin` on, each rate multiplied by `factor`; a leg under way is cut.
std::vector<Leg> legs_from(std::span<const Leg> legs, Duration begin, double factor);

/// A rate as a ratio of integers, exact for any number of at most six decimals a second, a minute
/// or an hour.
struct WholeRate {
  std::uint64_t events = 0;
  std::uint64_t seconds = 1;
};
WholeRate whole_rate(double per_s);

/// The k-th arrival at a constant rate, from the start of the leg.
Duration arrival_at(WholeRate rate, std::uint64_t k);
/// Where the integral of a leg's rate reaches `count`; duration_max if it never does.
Duration reaches(const Leg& leg, double count);

class Arrivals {
 public:
  /// Random with a stream, even without.
  Arrivals(std::vector<Leg> legs, std::optional<Stream> stream);

  /// From the start of the load; none when all have arrived.
  std::optional<Duration> next();

 private:
  std::optional<Duration> next_even();
  std::optional<Duration> next_random();

  std::vector<Leg> legs_;
  std::size_t leg_ = 0;
  std::uint64_t k_ = 0;           ///< of the leg
  std::optional<WholeRate> rate_;  ///< of the leg, where it is constant
  double due_ = 0;                ///< random: the integral at which the next one arrives
  double before_ = 0;             ///< random: the integral up to the leg
  std::optional<Stream> stream_;
};

}  // namespace wavetank::engine
