#pragma once
// The command line: finds the command, reads its options, runs it.

namespace wavetank::app {

/// Returns the exit code. What is not understood is answered with the nearest name and code 2;
/// nothing is thrown.
int command_line(int argc, char** argv);

}  // namespace wavetank::app
