#pragma once
// Rows of jobs that a platform has exported, as a source of calibration: no load is sent.

#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <string>

namespace wavetank::app {

/// Reads a CSV file whose first line names its columns, in any order:
///
///   submitted,started,finished   seconds, since any one moment
///   slot_seconds                 how long the job's tasks held slots, together
///   input,shuffle,output         bytes
///   tasks                        optional; else one a 128 MiB of input and a 512 MiB of shuffle
///
/// and fits what a simulated cluster needs: the start of a job as the median of its wait, and the
/// start of a task and the rates of a core by regression of slot_seconds on tasks and bytes. The
/// settings file, or none with all that is wrong told by line.
std::optional<nlohmann::ordered_json> settings_from_rows(const std::string& path,
                                                         std::ostream& err);

}  // namespace wavetank::app
