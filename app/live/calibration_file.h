#pragma once
// What a calibration found, as the settings file that scenarios include.

#include <iosfwd>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/live/cost_fit.h"
#include "app/live/machine_probe.h"

namespace wavetank::live {
struct Target;
}

namespace wavetank::app {

/// What the machine did before anything was asked of it.
struct IdleMachine {
  std::vector<Duration> flushes;  ///< sorted
  Pauses pauses;
};

/// `calibration` and `system` of a scenario; the levels are for the caller to add.
nlohmann::ordered_json settings_of(const live::Target& target, const CostFit& fit,
                                   const IdleMachine& idle);

/// Prints what such settings say, at 80 columns.
void tell_calibration(const CostFit& fit, const nlohmann::ordered_json& settings,
                      std::ostream& out);

/// As settings write them: 1250us, 12.5%.
std::string microseconds_text(double s);
std::string percent_text(double share);

}  // namespace wavetank::app
