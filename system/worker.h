#pragma once
// The worker: one task attempt. It sees counts and bytes; memory, disk and network are ports.
//
// A map task scans its split and stores what it shuffles. A reduce task reserves execution memory
// for its working set w = expansion x bytes, fetches, spills if it got less than w, and computes.
// The last stage writes a part and reports its rows and digest.

#include "system/dependency.h"
#include "system/ports/world.h"

namespace wavetank::service {

struct WorkerSettings {
  double expansion = 3;
  std::int64_t merge_fan_in = 10;
  Ratio unspillable{0};
  Bytes row{100};
  Ratio rejected{0};

  void describe(Fields& f);
};

/// References outlive the task. `objects` is for one put each: its breaker is of no use.
Task<Result<TaskReport>> work(World& world, const WorkerSettings& settings,
                              const DependencySettings& objects, const TaskSpec* task, Slot slot,
                              Node& node);

}  // namespace wavetank::service
