#pragma once
// Strikes at a process that the target names by its pid file. What is struck is the process that
// the file named when the strike was prepared, never another one that got its pid.
//
//   pause   SIGSTOP; undone by SIGCONT
//   kill    SIGKILL; undone when the file names a living process again: its own supervisor starts
//           one, or `start` does, a program that returns once it has

#include <vector>

#include "system/base/time.h"
#include "system/live/drill/strike.h"

namespace wavetank::live {

struct SignalPlace {
  std::string name;      ///< as a fault's target names it
  std::string pid_file;
  std::vector<std::string> start{};         ///< empty: its supervisor starts it
  Duration restart = whole_seconds(30);    ///< how long a restart may take
};

std::unique_ptr<Strike> pause_process(SignalPlace at);
std::unique_ptr<Strike> kill_process(SignalPlace at);

std::unique_ptr<Strike> read_signal_strike(const nlohmann::json& record);

}  // namespace wavetank::live
