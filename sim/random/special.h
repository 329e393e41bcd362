#pragma once
// Two functions that laws need beyond fixed.h, under the same promise: + - * / sqrt, equal bits
// everywhere.

#include <cstdint>

namespace wavetank::sim {

/// The standard normal at probability (bits + 1/2) / 2^64, increasing in `bits`, within +-9.2; the
/// complement of `bits` gives exactly the negative. Algorithm AS 241, PPND16 (Wichura, Applied
/// Statistics 37, 1988), relative error about 1e-15.
double normal_quantile(std::uint64_t bits);

/// The gamma function for x > 0 by Stirling's series after the recurrence; relative error 1e-13 up
/// to x = 100, infinity beyond the range of a double.
double gamma(double x);

}  // namespace wavetank::sim
