#pragma once
// Runs a program to its end, without a shell, within a timeout.

#include <functional>
#include <string>
#include <vector>

#include "system/base/time.h"
#include "system/live/drill/process.h"

namespace wavetank::live {

struct ProgramEnd {
  int code = -1;        ///< what it exited with; -1 where it did not
  std::string output;   ///< both streams, the first 64 KiB
  std::string trouble;  ///< why there is no code: not started, killed, out of time
  bool ok() const { return code == 0; }
  /// The trouble, or the code with the last line of the output. For messages.
  std::string said() const;
};

/// Runs `arguments` (the first is looked up in PATH) in a process group of its own, with nothing to
/// read and no descriptor of ours. Out of time, the whole group is killed.
/// `started` is called with its identity before it does anything: where it answers trouble, or the
/// caller dies meanwhile, the program is never started. The caller's death kills the process.
/// Any thread.
ProgramEnd run_program(const std::vector<std::string>& arguments, Duration timeout,
                       const std::function<Trouble(const ProcessIdentity&)>& started = {});

/// Kills what is left of the group that this process led, if any of it still runs.
void kill_group(const ProcessIdentity& leader);

/// As a person would type it.
std::string shell_line(const std::vector<std::string>& arguments);

}  // namespace wavetank::live
