#pragma once
// What keeps a queueing network down once its trigger is gone (Bronson et al., "Metastable failures
// in distributed systems", HotOS 2021).

#include <string>

#include "scenarios/engine/run_report.h"

namespace wavetank::engine {

/// The loop in words, with the hidden capacity: what the busiest station can do, divided by how
/// often it is asked for each request of the load. Averages over what was judged. Empty where the
/// run has no stations, or none that is full.
std::string sustaining_loop(const RunReport& report);

}  // namespace wavetank::engine
