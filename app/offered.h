#pragma once
// How much work a scenario offers a cluster, hour by hour: what the plan asks, whatever came of it.

#include <vector>

#include "app/rehearsal.h"

namespace wavetank::app {

/// Slot-hours by hour of planned arrival. Empty where the load lasts less than two hours: an hour
/// that is mostly over would read as a quiet one.
std::vector<double> offered_slot_hours(const Rehearsal& rehearsal);

}  // namespace wavetank::app
