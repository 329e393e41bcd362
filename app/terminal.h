#pragma once
// Who reads what wavetank prints: a person at a terminal, or a pipe.

namespace wavetank::app {

bool out_is_terminal();
bool err_is_terminal();

/// Whether colours are welcome: a terminal that has them, and NO_COLOR (no-color.org) is not set.
bool colours_welcome();

}  // namespace wavetank::app
