#pragma once
// What a machine does by itself: how long its disk takes to flush, how late who sleeps wakes up,
// and how it stands still.

#include <string>
#include <vector>

#include "system/base/time.h"

namespace wavetank::app {

/// How long each of `times` small writes to a file in `folder` took to reach the disk, sorted.
/// Empty where the folder cannot be written. The file is removed.
std::vector<Duration> flush_times(const std::string& folder, int times);

struct Pauses {
  Duration watched{};
  std::vector<Duration> lengths;  ///< sorted; only those above the usual lateness of a sleep
};

/// Sleeps for a millisecond: how much longer it took to wake up.
Duration oversleep();

/// Sleeps a millisecond at a time for so long, and notes when waking up took much longer: what the
/// scheduler, or anything that stops the machine, does to everybody (as jHiccup does it).
Pauses watch_pauses(Duration time);

}  // namespace wavetank::app
