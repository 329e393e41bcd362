#pragma once
// What `wavetank shrink` prints: where it stands, and what it found.

#include <string>

#include "scenarios/engine/shrink/shrink.h"

namespace wavetank::reports {

/// "faults, 12 left, 34 runs in 4.2s"
std::string shrink_line(const engine::ShrinkStep& step, double wall_s);

struct ShrinkPage {
  std::string title;  ///< which scenario, and what it breaks
  double wall_s = 0;
  std::string file, repro;
  bool colors = false;
};

std::string console(const engine::ShrinkResult& result, const ShrinkPage& page);

}  // namespace wavetank::reports
