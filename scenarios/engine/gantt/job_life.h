#pragma once
// The life of one process, from accepted to terminal, as the Gantt shows it.

#include <cstdint>

#include "scenarios/engine/gantt/open_attempts.h"
#include "system/ports/messages.h"

namespace wavetank::engine {

struct JobLife {
  ProcessId process{};
  OutputId output{};
  EntityId entity{};
  Priority priority = Priority::p1;
  ProcessState state = ProcessState::accepted;  ///< accepted while it is in flight
  JobId job{};                                  ///< the newest of its jobs
  std::uint32_t starts = 0;                     ///< drivers that ran for it
  std::uint32_t relaunches = 0;
  std::uint32_t failures = 0;  ///< attempts that failed, not counting killed ones
  std::uint32_t spills = 0;    ///< attempts that spilled
  std::uint32_t hot_partition = 0;
  std::int64_t spilled = 0;    ///< bytes of spill I/O
  std::int64_t hot_bytes = 0;  ///< of its hottest partition; 0 where none was hot
  Time accepted{}, fresh_by{};
  Time started{}, finished{}, terminal{};  ///< 0 where it never came to that
  OpenAttempts::List open;
  KeptAttempts attempts;

  bool in_flight() const { return !wavetank::terminal(state); }
  bool failed() const { return !in_flight() && state != ProcessState::succeeded; }
  bool relaunched() const { return relaunches > 0 || starts > 1; }
  /// Whether it was past its window at `at`. A window of 0 is none.
  bool late_at(Time at) const { return fresh_by > Time{} && at > fresh_by; }
};

}  // namespace wavetank::engine
