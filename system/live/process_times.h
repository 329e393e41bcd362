#pragma once
// What processes on this machine, and all of it, have used so far, as Linux counts it (proc(5)).

#include <sys/types.h>

#include <optional>

namespace wavetank::live {

struct ProcessTimes {
  pid_t parent = 0;
  double cpu_s = 0;             ///< its own
  double ended_children_s = 0;  ///< of children that have ended
  double started_s = 0;         ///< since the machine was
  double resident_bytes = 0;
};
/// None where there is no such process.
std::optional<ProcessTimes> times_of(pid_t pid);

/// Of all processors together; to wait for a disk is to be idle.
struct MachineTimes {
  double busy_s = 0, idle_s = 0;
};
/// None where the machine does not tell.
std::optional<MachineTimes> machine_times();

double machine_memory_bytes();

/// Seconds that `pid`, its children and all whom they have outlived have used so far, to a
/// hundredth; 0 where there is no such process.
double cpu_seconds_of(pid_t pid);

/// The same of this process alone, to a microsecond.
double own_cpu_seconds();

/// Who listens on a TCP port of this machine; 0 where nobody does or it cannot be told: the
/// processes of others are shown to root only.
pid_t listener_of(int port);

}  // namespace wavetank::live
