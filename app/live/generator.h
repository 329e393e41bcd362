#pragma once
// How well the load was offered: by the plan, and not by how the platform answered. A run whose
// load was not real is no test.

#include <optional>
#include <span>
#include <string>

#include "scenarios/engine/run_report.h"
#include "system/ports/history.h"

namespace wavetank::app {

struct GeneratorLimits {
  double ratio = 0.99;                 ///< of what was planned, at least so much was sent
  Duration lag_p99 = milliseconds(50); ///< first sends behind their plan
};

/// What the load's own events say. `cpu_s` is the processor time of this process in the run.
engine::GeneratorResult generator_result(std::span<const Event> events, std::uint64_t planned,
                                         Duration load, double cpu_s);

/// Why the load was not real; none where it was.
std::optional<std::string> unreal(const engine::GeneratorResult& result,
                                  const GeneratorLimits& limits);

}  // namespace wavetank::app
