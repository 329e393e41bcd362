#pragma once
// A probability law as data: what a scenario file states. Sampling lives in sim/random.

#include <cstdint>
#include <vector>

namespace wavetank {

/// In text a law is a call with positional arguments; a plain value is constant:
///   20ms  uniform(1ms, 5ms)  exponential(20ms)  erlang(20ms, 4)  lognormal(10ms, 1)
///   hyperexponential(99.9%, 100us, 10ms)  pareto(1ms, 1.5)  weibull(10ms, 0.7)
///   empirical(1ms, 2ms, 8ms)
struct Law {
  enum class Kind : std::uint8_t {
    constant,          ///< a: value
    uniform,           ///< a: low, b: high
    exponential,       ///< a: mean
    erlang,            ///< a: mean, b: phases (whole)
    hyperexponential,  ///< a: share of the first branch, b: its mean, c: the other's mean
    lognormal,         ///< a: median, b: sigma of the logarithm
    pareto,            ///< a: smallest value, b: alpha
    weibull,           ///< a: scale, b: shape
    empirical,         ///< values: equally likely
  };
  Kind kind = Kind::constant;
  double a = 0;  ///< in seconds, bytes or 1, as the holder says
  double b = 0;
  double c = 0;
  std::vector<double> values;
  bool operator==(const Law&) const = default;
};

/// A law over durations, parameters in seconds.
struct DurationLaw {
  Law law;
};

/// A law over sizes, parameters in bytes.
struct SizeLaw {
  Law law;
};

}  // namespace wavetank
