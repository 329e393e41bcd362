#pragma once
// A job of the Gantt in words and seconds.

#include <string>

#include "scenarios/engine/chain/names.h"
#include "scenarios/engine/gantt/job_shelf.h"
#include "scenarios/engine/run_report.h"

namespace wavetank::engine {

/// "job1712"
std::string job_name(JobId job);
/// "map", "reduce"
std::string stage_name(std::uint16_t stage);
/// "ok", "running", or the name of the failure: "killed", "out_of_memory"
std::string outcome_name(std::uint8_t outcome);

/// Attempts count from 1. Those of earlier launches name their job beside the stage.
GanttJob row_of(const JobLife& life, ShownFor reason, Time end, const Names& names);

}  // namespace wavetank::engine
