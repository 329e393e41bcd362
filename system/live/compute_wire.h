#pragma once
// What the processes of one compute cluster say to each other: launchers and reconcilers to a
// driver, a driver to its workers. JSON over HTTP; every request may be repeated without harm.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "system/live/attempts.h"
#include "system/live/wire.h"

namespace wavetank::live {

namespace compute_path {
inline constexpr const char* start = "/compute/jobs/start";
inline constexpr const char* observe = "/compute/jobs/observe";
inline constexpr const char* kill = "/compute/jobs/kill";
inline constexpr const char* cause = "/compute/jobs/cause";
inline constexpr const char* greet = "/compute/workers/greet";
inline constexpr const char* run = "/compute/attempts/run";
inline constexpr const char* end = "/compute/attempts/end";
}  // namespace compute_path

/// A process that was started again has another life.
using Life = std::uint64_t;

/// Who speaks to a worker: a driver, in this life of it, about this one of the worker's.
struct Speaker {
  std::string driver;             ///< its node: "drivers/0"
  Life life = 0;
  std::uint32_t incarnation = 0;  ///< how often the driver has lost the worker so far
};

/// The answer to a greeting.
struct WorkerLife {
  Life life = 0;
};

struct RunRequest {
  Speaker from;
  Life worker = 0;           ///< the life that is meant: another one must not run it
  std::uint32_t handle = 0;  ///< the driver's own, never used twice in one life of it
  TaskSpec task;
};

struct RunAnswer {
  std::optional<Failure> failure;
  TaskReport report;
  std::vector<std::int64_t> shuffled;  ///< a map's: bytes by reduce partition
};

/// How far an attempt is, told where it goes on.
struct RunProgress {
  Headway headway;
};

struct EndRequest {
  Speaker from;
  std::uint32_t handle = 0;
};

struct CauseReport {
  JobId job;
  EventId cause = 0;
};

/// For each of the above, and for JobSpec, JobName, JobId and JobStatus.
template <class T>
std::string message_text(const T& message, const LiveClock& clock);
template <class T>
Decoded<T> read_message(std::string_view text, const LiveClock& clock);

}  // namespace wavetank::live
