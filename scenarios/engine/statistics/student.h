#pragma once
// Student's t, for 95 % intervals.

#include <cstdint>

namespace wavetank::engine {

/// The 0.975 quantile of Student's t: how many standard errors an interval of 95 % confidence
/// reaches to either side. `degrees` is at least 1. Exact to 1e-6: a table up to 30, beyond it the
/// expansion around the normal quantile (Abramowitz and Stegun 26.7.5).
double student_quantile(std::uint64_t degrees);

}  // namespace wavetank::engine
