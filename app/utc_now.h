#pragma once
// The calendar, for whoever reads a report later. Nothing that is simulated sees it.

#include <string>

namespace wavetank::app {

/// "2026-11-21T22:49:01Z".
std::string utc_now();

}  // namespace wavetank::app
