#pragma once
// Processor time of processes on this machine, as Linux counts it (proc(5)).

#include <sys/types.h>

#include <string>
#include <vector>

namespace wavetank::live {

/// Seconds that `pid`, its children and all whom they have outlived have used so far, to a
/// hundredth; 0 where there is no such process.
double cpu_seconds_of(pid_t pid);

/// The same of this process alone, to a microsecond.
double own_cpu_seconds();

/// Who listens on a TCP port of this machine; 0 where nobody does or it cannot be told: the
/// processes of others are shown to root only.
pid_t listener_of(int port);

}  // namespace wavetank::live
