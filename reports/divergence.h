#pragma once
// Where two runs part, for a terminal of 80 columns.

#include <string>

#include "scenarios/engine/diverge/divergence.h"

namespace wavetank::reports {

struct DivergencePage {
  std::string a, b;  ///< what was compared: commands, or files
  bool colors = false;
};

/// "SAME ..." or "DIFFERENT (exit 3): ...", with what came before, and what each side did then.
std::string console(const engine::StepComparison& comparison, const DivergencePage& page);

}  // namespace wavetank::reports
