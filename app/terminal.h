#pragma once
// Who reads what wavetank prints: a person at a terminal, or a pipe.

#include <ostream>

#include "reports/sweep_bar.h"

namespace wavetank::app {

bool out_is_terminal();
bool err_is_terminal();

/// Whether colours are welcome: a terminal that has them, and NO_COLOR (no-color.org) is not set.
bool colours_welcome();

/// How far many runs are, on the standard error `err`: redrawn at a terminal, lines elsewhere.
reports::SweepBar progress_bar(std::ostream& err, bool quiet);

}  // namespace wavetank::app
