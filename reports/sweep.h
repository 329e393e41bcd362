#pragma once
// A sweep as text: a line of JSON a seed for other tools, and a summary for a terminal of 80
// columns.

#include <optional>
#include <string>

#include "scenarios/engine/sweep.h"

namespace wavetank::reports {

/// Without a line break. Keys that say nothing (no broken invariant, no draw) are left out.
std::string json_line(const engine::SweepSeed& seed);
/// None where the text is no such line.
std::optional<engine::SweepSeed> read_json_line(const std::string& line);

struct SweepPage {
  std::string title;     ///< "callback_timeouts  seeds 42-10041"
  std::string facts;     ///< "10,000 scenarios in 1m40s on 2 threads"
  std::string file;      ///< the JSON Lines
  std::string repro;     ///< of the worst seed; empty where all passed
  bool colors = false;
};

/// The verdict, what ended how, which faults fired in how many seeds, and what to repeat.
std::string console(const engine::SweepTally& tally, const SweepPage& page);

}  // namespace wavetank::reports
